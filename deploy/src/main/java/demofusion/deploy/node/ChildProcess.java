package demofusion.deploy.node;

import demofusion.protocol.Backoff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of the local farm as a process of its own, started again when it dies. Its words go where
 * ours go.
 */
final class ChildProcess {
  /** A command that was refused is refused again. */
  private static final int REFUSED = 2;

  /** Who lived so long did not die of how it was started. */
  private static final Duration LONG_LIFE = Duration.ofSeconds(30);

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(60));

  private final String name;
  private final List<String> command;
  private final Consumer<String> say;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Process process;

  ChildProcess(String name, List<String> command, Consumer<String> say) {
    this.name = name;
    this.command = List.copyOf(command);
    this.say = say;
  }

  /**
   * Until it was stopped, or refused what it was told.
   *
   * @return whether it was refused
   */
  boolean run() throws InterruptedException {
    int failures = 0;
    while (true) {
      long born = System.nanoTime();
      Process alive = begin();
      if (alive == null) {
        return false;
      }
      int exitCode = alive.waitFor();
      if (stopping.getCount() == 0) {
        return false;
      }
      if (exitCode == REFUSED) {
        return true;
      }
      if (System.nanoTime() - born > LONG_LIFE.toNanos()) {
        failures = 0;
      }
      say.accept(name + " ended with code " + exitCode + "; restarting it");
      if (stopping.await(BACKOFF.after(failures++).toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
  }

  private synchronized @Nullable Process begin() {
    if (stopping.getCount() == 0) {
      return null;
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().putIfAbsent("DEMOFUSION_LOG", "warn");
      process = builder.start();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells it to finish; it is not started again. */
  synchronized void stop() {
    stopping.countDown();
    Process alive = process;
    if (alive != null) {
      alive.destroy(); // SIGTERM
    }
  }
}
