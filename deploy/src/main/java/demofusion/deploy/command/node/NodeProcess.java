package demofusion.deploy.command.node;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.launch.StopSignals;
import org.jspecify.annotations.Nullable;

/** A node as a process: ends when it is told to, or when the process that started it is gone. */
public final class NodeProcess {
  /** What the shell says of a process that SIGINT ended. */
  static final int INTERRUPTED = 130;

  private NodeProcess() {}

  /** Something that goes on until it is stopped. */
  public interface Work {
    void run() throws InterruptedException;
  }

  /**
   * @param parent the process to live with; null: nobody
   * @return the exit code
   */
  public static int run(Runnable stop, Work work, @Nullable Long parent) {
    StopSignals signals = StopSignals.handle(stop);
    if (parent != null) {
      StopSignals.ignoreTerminal();
      endWith(parent, stop);
    }
    try {
      work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return signals.first() == StopSignals.Kind.INT ? INTERRUPTED : CliConventions.OK;
  }

  private static void endWith(long parent, Runnable stop) {
    Thread watch =
        new Thread(
            () -> {
              ProcessHandle.of(parent).ifPresent(process -> process.onExit().join());
              stop.run();
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
