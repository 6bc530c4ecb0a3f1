package demofusion.worker.model.memory;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What lies on a device at each moment, in bytes by what it is, against a size that may be smaller
 * than the device: what would not fit is refused as the device itself would refuse it, and nothing
 * of it remains. So a CPU can stand for a GPU of any size.
 */
public final class DeviceLedger {
  private final long sizeBytes;
  private final List<Hold> holds = new ArrayList<>();
  private long usedBytes;
  private long peakBytes;

  public DeviceLedger(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** Room that is taken until it is closed. */
  public final class Hold implements AutoCloseable {
    private final String what;
    private final long bytes;
    private boolean isClosed;

    private Hold(String what, long bytes) {
      this.what = what;
      this.bytes = bytes;
    }

    @Override
    public void close() {
      release(this);
    }
  }

  /**
   * Takes room.
   *
   * @throws DemofusionException OUT_OF_MEMORY if there is not so much
   */
  public synchronized Hold hold(String what, long bytes) {
    if (bytes > sizeBytes - usedBytes) {
      throw new DemofusionException(
          FailureCode.OUT_OF_MEMORY,
          "the device ran out of memory: %s takes %s MiB beside %s MiB of %s MiB that are in use"
              .formatted(what, mebibytes(bytes), mebibytes(usedBytes), mebibytes(sizeBytes)));
    }
    usedBytes += bytes;
    peakBytes = Math.max(peakBytes, usedBytes);
    Hold hold = new Hold(what, bytes);
    holds.add(hold);
    return hold;
  }

  private synchronized void release(Hold hold) {
    if (!hold.isClosed) {
      hold.isClosed = true;
      usedBytes -= hold.bytes;
      holds.remove(hold);
    }
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  public synchronized long usedBytes() {
    return usedBytes;
  }

  /** The most that was ever in use at once. */
  public synchronized long peakBytes() {
    return peakBytes;
  }

  /** What is there now. */
  public synchronized Map<String, Long> residents() {
    Map<String, Long> residents = new LinkedHashMap<>();
    holds.forEach(hold -> residents.merge(hold.what, hold.bytes, Long::sum));
    return Collections.unmodifiableMap(residents);
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
