package demofusion.worker.model.torch;

import ai.djl.pytorch.jni.JniUtils;

/** What libtorch keeps per thread and must be told on each that calls it. */
public final class TorchThread {
  private TorchThread() {}

  /**
   * Readies the calling thread for a forward.
   *
   * @param threads of the CPU that take part in it
   */
  public static void prepare(int threads) {
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
