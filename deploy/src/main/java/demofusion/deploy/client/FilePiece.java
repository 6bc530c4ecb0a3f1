package demofusion.deploy.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** Some bytes of a file on their way; whoever looks hears how far they are. */
final class FilePiece extends InputStream {
  private final InputStream file;
  private final LongConsumer progress;
  private long at;
  private long left;

  private FilePiece(InputStream file, long from, long length, LongConsumer progress) {
    this.file = file;
    this.at = from;
    this.left = length;
    this.progress = progress;
  }

  /** For a sender that takes no checked exceptions. */
  static InputStream open(Path path, long from, long length, LongConsumer progress) {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      channel.position(from);
      return new FilePiece(Channels.newInputStream(channel), from, length, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = left == 0 ? -1 : file.read(bytes, offset, (int) Math.min(length, left));
    if (count > 0) {
      at += count;
      left -= count;
      progress.accept(at);
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
