package demofusion.coordinator.render;

import demofusion.protocol.FailureCode;

/**
 * Hears what happens on the farm, for metrics: of batches and workers from the {@link Dispatcher},
 * of jobs from who keeps them. Called on actors' threads, so it neither waits nor throws.
 */
public interface FarmObserver {
  /** Where nobody listens. */
  FarmObserver NONE = new FarmObserver() {};

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

  /** So many workers were put aside since the last time. */
  default void putAside(long workers) {}

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

  /** Something happened to a job. */
  default void heard(RenderEvent event) {}
}
