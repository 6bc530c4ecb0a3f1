package demofusion.deploy.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the checks may ask of a machine.
 *
 * @param root of its file system; tests lay out one of their own
 * @param environment its variables
 * @param programs runs a program and gives its output, if it ran and succeeded
 */
public record Machine(Path root, Map<String, String> environment, Programs programs) {
  private static final int PATIENCE_SECONDS = 10;

  /** Runs programs. */
  @FunctionalInterface
  public interface Programs {
    Optional<String> run(List<String> command);
  }

  /** This one. */
  public static Machine here() {
    return new Machine(Path.of("/"), System.getenv(), Machine::run);
  }

  /** A file's text, where there is such a file. */
  Optional<String> text(String path) {
    try {
      return Optional.of(Files.readString(root.resolve(path)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  boolean exists(String path) {
    return Files.exists(root.resolve(path));
  }

  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private static Optional<String> run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      return process.exitValue() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
