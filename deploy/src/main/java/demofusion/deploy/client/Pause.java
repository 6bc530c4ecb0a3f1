package demofusion.deploy.client;

import java.time.Duration;

/** Time as it passes for one who waits; tests have their own. */
public interface Pause {
  /** A clock that only goes on. */
  long nanoTime();

  /** Waits, and does nothing else. */
  void sleep(Duration time) throws InterruptedException;

  /** The time of this world. */
  static Pause real() {
    return new Pause() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
      }
    };
  }
}
