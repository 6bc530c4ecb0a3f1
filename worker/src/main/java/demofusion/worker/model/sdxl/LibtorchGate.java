package demofusion.worker.model.sdxl;

import ai.djl.engine.Engine;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Everybody who is inside libtorch has gone in here. When the process ends, libtorch takes down
 * what its forwards stand on; one that still ran would crash with a signal of its own instead of
 * the exit code. So the end waits for who is inside, and lets nobody in any more.
 */
final class LibtorchGate {
  /** Longer than loading takes; fetching libtorch may take minutes, but is all Java. */
  private static final int LOADING_SECONDS = 10;

  private static final LibtorchGate OF_PROCESS = ofProcess();

  /** Fair: who closes comes before whoever comes later. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

  private final ReentrantLock loading = new ReentrantLock();

  /** The one that the end of this process closes. */
  static LibtorchGate get() {
    return OF_PROCESS;
  }

  private static LibtorchGate ofProcess() {
    LibtorchGate gate = new LibtorchGate();
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

  /** Goes in, more than once if need be; waits forever once the gate is closed. */
  void enter() {
    lock.readLock().lock();
  }

  /** Comes out, on the same thread. */
  void leave() {
    lock.readLock().unlock();
  }

  /** Waits until everybody is out; nobody comes in again. */
  void close() {
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
