package demofusion.coordinator.dispatch;

import demofusion.protocol.FailureCode;

/**
 * Receives what happens to workers and view batches, from the {@link Dispatcher}, for metrics.
 * Called on actors' threads, so it neither waits nor throws.
 */
public interface DispatchObserver {
  /** Where nobody listens. */
  DispatchObserver NONE = new DispatchObserver() {};

  /** Why a batch is done again. */
  enum Again {
    /** Its worker could not do it. */
    FAILED,
    /** Its answer did not come in time. */
    OVERDUE,
    /** Its worker went away. */
    LOST
  }

  /** A worker has introduced itself. */
  default void came(String worker) {}

  /** A worker is gone, perhaps for a moment. */
  default void went(String worker) {}

  /** The number of workers quarantined since the last call. */
  default void quarantined(long workers) {}

  /** A batch was handed out that waited so long. */
  default void leased(BatchKind kind, long queuedNanos) {}

  /** A batch was given to a second worker, because it would be done sooner there. */
  default void speculated(BatchKind kind, String worker, double tiles) {}

  default void done(BatchKind kind, String worker, double tiles, BatchTimes times) {}

  default void failed(BatchKind kind, String worker, double tiles, FailureCode code) {}

  /**
   * @param worker on which it was not done
   */
  default void again(BatchKind kind, String worker, double tiles, Again why) {}

  /** An answer came too late or twice. */
  default void late(BatchKind kind, String worker, double tiles) {}
}
