package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.audit.Audit;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;

/**
 * Receives what happens to workers and view batches, from the {@link Dispatcher}, for metrics.
 * Called on actors' threads, so it neither waits nor throws.
 */
public interface DispatchObserver {
  /** What a device's time went into. */
  enum DeviceUse {
    /** An answer that counts. */
    COUNTED,
    /** An answer that came too late or twice. */
    RETRIED,
    /** A draw of an audit, beside the one that every batch has. */
    AUDIT,
    /** An answer to a coordinator that is no more. */
    LOST
  }

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

  /** How an audit ended. */
  enum AuditOutcome {
    /** Different workers gave the same bits. */
    AGREED,
    /** One worker gave the same bits twice, and there was no other. */
    ITSELF,
    /** Somebody gave wrong bits. */
    DIFFERED,
    /** Workers stand by different bits. */
    UNDECIDED,
    /** Only one of the draws was answered. */
    UNPROVED;

    static AuditOutcome of(Audit.Settled settled) {
      if (!settled.lies().isEmpty()) {
        return DIFFERED;
      }
      return switch (settled.proof()) {
        case OTHERS -> AGREED;
        case ITSELF -> ITSELF;
        case NONE -> UNPROVED;
      };
    }
  }

  /** A worker has introduced itself. */
  default void came(String worker) {}

  /** A worker is gone, perhaps for a moment. */
  default void went(String worker) {}

  /** The number of workers quarantined since the last call. */
  default void quarantined(long workers) {}

  /** A batch was handed out that waited so long. */
  default void leased(JobId job, BatchKind kind, long queuedNanos) {}

  /** A batch was given to a second worker, because it would be done sooner there. */
  default void speculated(BatchKind kind, String worker, double tiles) {}

  default void done(JobId job, BatchKind kind, String worker, double tiles, BatchTimes times) {}

  /** A draw of an audit was done, beside the one that every batch has. */
  default void drawnAgain(BatchKind kind, String worker, double tiles, BatchTimes times) {}

  /**
   * A device has worked: told of every answer, whatever becomes of it.
   *
   * @param device as its maker calls it
   * @param forwards guided views that the UNet evaluated; 0 for other work
   * @param joules that it took; NaN where it does not tell
   */
  default void used(
      JobId job, String device, DeviceUse use, double forwards, long deviceNanos, double joules) {}

  /** An audit ended. */
  default void audited(AuditOutcome outcome) {}

  /** An audit found that a worker gave a wrong answer. */
  default void lied(String worker) {}

  default void failed(BatchKind kind, String worker, double tiles, FailureCode code) {}

  /**
   * @param worker on which it was not done
   */
  default void again(BatchKind kind, String worker, double tiles, Again why) {}

  /** A try at a batch is over, however it ended; each is told once. */
  default void attempted(Attempt attempt) {}

  /** An answer came too late or twice. */
  default void late(BatchKind kind, String worker, double tiles) {}
}
