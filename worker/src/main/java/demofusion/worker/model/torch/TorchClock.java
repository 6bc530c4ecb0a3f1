package demofusion.worker.model.torch;

import java.util.concurrent.atomic.LongAdder;

/**
 * How long all threads together have been in calls of networks since the process began: from a
 * call's start to its results, without what Java makes ready before and after. What a lane's time
 * has beyond it is the gap between forwards.
 */
public final class TorchClock {
  private static final LongAdder NANOS = new LongAdder();

  private TorchClock() {}

  static void since(long began) {
    NANOS.add(System.nanoTime() - began);
  }

  public static long nanos() {
    return NANOS.sum();
  }
}
