package demofusion.deploy.sharing;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A shell command succeeds as long as the card is wanted. One that does not answer in time, or
 * cannot be run, counts as wanting it: the owner comes first.
 */
record BusyCommand(String command, Duration answer) implements CardOwner {
  @Override
  public Optional<String> wants(Instant now) {
    try {
      Process process =
          new ProcessBuilder("sh", "-c", command)
              .redirectInput(Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      if (!process.waitFor(answer.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return Optional.of("'%s' did not answer in %s s".formatted(command, answer.toSeconds()));
      }
      return process.exitValue() == 0
          ? Optional.of("'" + command + "' succeeds")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of("'%s' cannot be run: %s".formatted(command, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the worker is stopping");
    }
  }
}
