package demofusion.protocol.wire;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the unfinished messages of many connections may hold together: each connection has a bound
 * of its own, and a hundred of them would still be more than the heap. May be used by any thread.
 */
public final class LinkMemory {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most bytes
   */
  public LinkMemory(long most) {
    this.most = most;
  }

  /** A quarter of the heap that this process may have. */
  public static LinkMemory ofHeap() {
    return new LinkMemory(Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * @return whether there was room for so many more
   */
  boolean take(long bytes) {
    if (held.addAndGet(bytes) <= most) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  /** Bytes that are held now. */
  public long held() {
    return held.get();
  }

  long most() {
    return most;
  }
}
