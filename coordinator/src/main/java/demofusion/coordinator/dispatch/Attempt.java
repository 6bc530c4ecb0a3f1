package demofusion.coordinator.dispatch;

import demofusion.protocol.JobId;
import java.util.Locale;

/**
 * One try at a batch that is over. Times are this process' {@link System#nanoTime}; what a worker
 * says is durations only, since clocks of two machines are never compared.
 *
 * @param unit of the job's plan
 * @param isCopy whether it was given to a second worker, because it would be done sooner there
 * @param isExtra whether it was a draw of an audit, beside the one that every batch has
 * @param queuedAt when the batch was there to be handed out, for this try
 * @param leasedAt when it was handed out
 * @param endedAt when its answer came, or none was waited for any more
 * @param waitedNanos at the worker, behind others; 0 where no answer came
 * @param deviceNanos on the worker's device; 0 where no answer came
 */
public record Attempt(
    JobId job,
    String unit,
    BatchKind kind,
    String worker,
    boolean isCopy,
    boolean isExtra,
    End end,
    long queuedAt,
    long leasedAt,
    long endedAt,
    long waitedNanos,
    long deviceNanos) {
  /** How it ended. */
  public enum End {
    /** Its answer counts. */
    DONE,
    /** Its answer came after another try's, or after it was given up. */
    LATE,
    /** Its worker could not do it, or is not believed any more. */
    FAILED,
    /** Its answer did not come in time. */
    OVERDUE,
    /** Its worker went away. */
    LOST,
    /** It was taken back, or handed back undone. */
    WITHDRAWN;

    /** As it is written in files. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
