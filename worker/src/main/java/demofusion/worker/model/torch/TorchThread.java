package demofusion.worker.model.torch;

import ai.djl.pytorch.jni.JniUtils;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** What libtorch keeps per thread and must be told on each that calls it. */
public final class TorchThread {
  private static final ThreadLocal<Integer> PREPARED = new ThreadLocal<>();

  private TorchThread() {}

  /**
   * Does something by so many threads in the middle of something else, which goes on by as many as
   * it was readied for: the number decides the last bits.
   */
  public static <R> R during(int threads, Supplier<R> work) {
    Integer before = PREPARED.get();
    prepare(threads);
    try {
      return work.get();
    } finally {
      if (before != null) {
        prepare(before);
      }
    }
  }

  /** For how many threads the calling thread was readied; empty if it never was. */
  static OptionalInt prepared() {
    Integer threads = PREPARED.get();
    return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
  }

  /**
   * Readies the calling thread for a forward.
   *
   * @param threads of the CPU that take part in it
   */
  public static void prepare(int threads) {
    PREPARED.set(threads);
    NativeShutdownGuard.get().enter();
    try {
      JniUtils.setNumThreads(threads);
      JniUtils.setGradMode(false);
      // The profiling executor compiles other code after its first runs: other bits, and no gain
      // here.
      JniUtils.setGraphExecutorOptimize(false);
    } finally {
      NativeShutdownGuard.get().leave();
    }
  }
}
