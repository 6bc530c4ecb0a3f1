package demofusion.deploy.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A stream from the network that ends with an error when nothing has come for so long: a peer that
 * was cut off says nothing, for ever.
 */
final class IdleLimit extends FilterInputStream {
  private final long limitNanos;
  private final ScheduledFuture<?> checks;
  private volatile long lastHeard = System.nanoTime();
  private volatile boolean isIdle;

  IdleLimit(InputStream in, long limitNanos, ScheduledExecutorService timer) {
    super(in);
    this.limitNanos = limitNanos;
    long often = Math.max(1, limitNanos / 4);
    checks = timer.scheduleWithFixedDelay(this::check, often, often, TimeUnit.NANOSECONDS);
  }

  private void check() {
    if (System.nanoTime() - lastHeard > limitNanos) {
      isIdle = true;
      try {
        in.close(); // whoever reads is told so by an exception
      } catch (IOException e) {
        // It is closed.
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    try {
      lastHeard = System.nanoTime(); // what happens between reads is the reader's own time
      int count = in.read(bytes, from, length);
      lastHeard = System.nanoTime();
      if (isIdle) {
        throw new IOException("closed");
      }
      return count;
    } catch (IOException e) {
      throw isIdle
          ? new RetryableFailure(
              "no data for " + TimeUnit.NANOSECONDS.toSeconds(limitNanos) + " s", e)
          : e;
    }
  }

  @Override
  public void close() throws IOException {
    checks.cancel(false);
    super.close();
  }
}
