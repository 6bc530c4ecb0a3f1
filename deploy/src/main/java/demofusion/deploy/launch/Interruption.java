package demofusion.deploy.launch;

import java.util.concurrent.CountDownLatch;

/**
 * What to do when the process is told to end (Ctrl-C, SIGTERM) while a render is going on. The JVM
 * itself then ends with 130 or 143.
 */
public final class Interruption implements AutoCloseable {
  private final Thread hook;

  public Interruption(Runnable stop) {
    hook = new Thread(stop, "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The job was stopped because the process ends; there is nothing left to do. */
  public void awaitEndOfProcess() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      awaitEndOfProcess(); // The hook runs, or has run: whatever came next would be cut off.
    }
  }
}
