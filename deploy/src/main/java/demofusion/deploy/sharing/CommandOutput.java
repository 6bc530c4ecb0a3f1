package demofusion.deploy.sharing;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a program of this machine answers: some lines, soon. */
final class CommandOutput {
  private CommandOutput() {}

  /**
   * Runs it without input, in no language.
   *
   * @return what it printed; less than a pipe holds
   * @throws IOException in words, if it is not there, fails, or does not end in time
   */
  static String of(List<String> line, Duration patience) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectInput(Redirect.from(new File("/dev/null")));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "%s did not answer in %s s".formatted(line.get(0), patience.toSeconds()));
      }
      String out = text(process.getInputStream().readAllBytes());
      if (process.exitValue() != 0) {
        String words = text(process.getErrorStream().readAllBytes()) + "\n" + out;
        throw new IOException(
            "%s failed: %s".formatted(line.get(0), words.strip().split("\\R", 2)[0]));
      }
      return out;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the worker is stopping", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
