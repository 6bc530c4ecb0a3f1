package demofusion.worker.model.torch;

import ai.djl.engine.Engine;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Everybody who is inside libtorch has gone in here. When the process ends, libtorch takes down
 * what its forwards stand on; one that still ran would crash with a signal of its own instead of
 * the exit code. So the end waits for who is inside and turns away whoever comes later: whoever
 * waited at the door would never come back, and a worker that ends by itself waits for all its
 * forwards.
 */
final class NativeShutdownGuard {
  /** Longer than loading takes; fetching libtorch may take minutes, but is all Java. */
  private static final int LOADING_SECONDS = 10;

  private static final NativeShutdownGuard OF_PROCESS = ofProcess();

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  private final ReentrantLock loading = new ReentrantLock();
  private volatile boolean isClosing;

  /** The one that the end of this process closes. */
  static NativeShutdownGuard get() {
    return OF_PROCESS;
  }

  private static NativeShutdownGuard ofProcess() {
    NativeShutdownGuard gate = new NativeShutdownGuard();
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(gate::close, "libtorch-gate"));
    } catch (IllegalStateException e) {
      gate.close(); // The end has begun already.
    }
    return gate;
  }

  /** Loads libtorch, which may have to be fetched first, unless it is there already. */
  Engine load(Supplier<Engine> libtorch) {
    loading.lock();
    try {
      return libtorch.get();
    } finally {
      loading.unlock();
    }
  }

  /**
   * Goes in, more than once if need be.
   *
   * @throws DemofusionException CANCELLED once the end has begun
   */
  void enter() {
    if (!entersToFree()) {
      throw new DemofusionException(FailureCode.CANCELLED, "the process is ending");
    }
  }

  /**
   * The same for whoever only frees memory, which goes with the process.
   *
   * @return whether it is in; false: the end has begun, and there is nothing to do
   */
  boolean entersToFree() {
    boolean mayPass = !isClosing || lock.getReadHoldCount() > 0;
    return mayPass && lock.readLock().tryLock();
  }

  /** Comes out, on the same thread. */
  void leave() {
    lock.readLock().unlock();
  }

  /** Waits until everybody is out; nobody comes in again. */
  void close() {
    isClosing = true;
    try {
      if (!loading.tryLock(LOADING_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.writeLock().lock();
  }
}
