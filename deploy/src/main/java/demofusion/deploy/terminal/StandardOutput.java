package demofusion.deploy.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stdout, which remembers what {@link PrintStream} keeps quiet about: that it could not write. */
final class StandardOutput extends OutputStream {
  private final OutputStream target;
  private @Nullable IOException failure;

  private StandardOutput(OutputStream target) {
    this.target = target;
  }

  static PrintStream print() {
    return print(new FileOutputStream(FileDescriptor.out));
  }

  static PrintStream print(OutputStream target) {
    return new Printing(new StandardOutput(target));
  }

  /** Why the stream did not take everything, if it did not. */
  static Optional<String> failure(PrintStream stream) {
    if (stream instanceof Printing printing) {
      printing.flush();
      IOException failure = printing.output.failure;
      return Optional.ofNullable(failure).map(reason -> String.valueOf(reason.getMessage()));
    }
    return stream.checkError() ? Optional.of("it was closed") : Optional.empty();
  }

  private static final class Printing extends PrintStream {
    private final StandardOutput output;

    private Printing(StandardOutput output) {
      super(output, true, StandardCharsets.UTF_8);
      this.output = output;
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      target.write(bytes, from, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    target.flush();
  }
}
