package demofusion.coordinator.dispatch;

/**
 * Where the time of one batch went that was done.
 *
 * @param wireNanos from when it was handed out to its answer, without the two below: cutting it out
 *     of the latent, and its way there and back
 * @param waitedNanos at the worker, behind others
 * @param deviceNanos on the worker's device
 */
public record BatchTimes(long wireNanos, long waitedNanos, long deviceNanos) {
  /** Of an answer that took so long in all; clocks of two machines are never compared. */
  static BatchTimes of(long totalNanos, long waitedNanos, long deviceNanos) {
    return new BatchTimes(
        Math.max(0, totalNanos - waitedNanos - deviceNanos), waitedNanos, deviceNanos);
  }
}
