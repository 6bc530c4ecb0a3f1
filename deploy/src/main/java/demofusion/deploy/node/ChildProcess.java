package demofusion.deploy.node;

import demofusion.protocol.Backoff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of the local farm as a process of its own, started again when it dies. Its words go where
 * ours go. Who was told to finish and does not, or cannot hear it, is killed.
 */
final class ChildProcess {
  /** A command that was refused is refused again. */
  private static final int REFUSED = 2;

  /** Who lived so long did not die of how it was started. */
  private static final Duration LONG_LIFE = Duration.ofSeconds(30);

  /** Who was stopped (SIGSTOP, or the debugger's) hears nothing; who goes on soon still may. */
  private static final Duration FOR_STOPPED = Duration.ofSeconds(3);

  private static final Duration LOOK = Duration.ofMillis(500);

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(60));

  private final String name;
  private final List<String> command;
  private final Duration toFinish;
  private final Consumer<String> say;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Process process;
  private volatile long stoppedAt;
  private volatile boolean mayEnd;

  /**
   * @param toFinish how long it may take to end when it is told to
   */
  ChildProcess(String name, List<String> command, Duration toFinish, Consumer<String> say) {
    this.name = name;
    this.command = List.copyOf(command);
    this.toFinish = toFinish;
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
      awaitEnd(alive);
      int exitCode = alive.exitValue();
      if (stopping.getCount() == 0 || mayEnd) {
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

  private void awaitEnd(Process alive) throws InterruptedException {
    while (!alive.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      if (stopping.getCount() > 0) {
        continue;
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - stoppedAt);
      if (waited.compareTo(toFinish) > 0) {
        say.accept(name + " did not end within " + toFinish.toSeconds() + " s; killing it");
        alive.destroyForcibly();
      } else if (waited.compareTo(FOR_STOPPED) > 0 && isStopped(alive)) {
        say.accept(name + " is stopped and cannot end by itself; killing it");
        alive.destroyForcibly();
      }
    }
  }

  /** What Linux says of it; elsewhere it has the whole time. */
  private static boolean isStopped(Process alive) {
    try {
      String status = Files.readString(Path.of("/proc", Long.toString(alive.pid()), "status"));
      return status.lines().anyMatch(line -> line.matches("State:\\s+[Tt] .*"));
    } catch (IOException e) {
      return false;
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

  /** It need not end yet, but is not started again: Ctrl-C in a terminal reaches all processes. */
  void letEnd() {
    mayEnd = true;
  }

  /** Tells it to finish; it is not started again. */
  synchronized void stop() {
    stoppedAt = System.nanoTime();
    stopping.countDown();
    Process alive = process;
    if (alive != null) {
      alive.destroy(); // SIGTERM
    }
  }
}
