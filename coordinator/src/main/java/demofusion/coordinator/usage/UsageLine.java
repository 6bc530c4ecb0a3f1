package demofusion.coordinator.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A line of the journal: one thing that happened to one job's account.
 *
 * @param number of the journal, in its first line
 * @param day in UTC that everything in the journal is of, in its first line
 * @param job whose account it is; null: all of them
 * @param who of BEGUN: the token's name
 * @param model of BEGUN: its name
 * @param amount in nanoseconds of a device for USED, in milliseconds of waiting for BEGUN
 * @param units forwards for USED, megapixels for FINISHED, 1 for BEGUN if it is the first time
 * @param joules of USED; 0 where the device does not tell
 * @param entry of SETTLED
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
record UsageLine(
    What what,
    long number,
    @Nullable LocalDate day,
    @Nullable String job,
    @Nullable String who,
    @Nullable String model,
    @Nullable String device,
    @Nullable Use use,
    long amount,
    double units,
    double joules,
    @Nullable UsageEntry entry) {

  enum What {
    /** The first line. */
    JOURNAL,
    /** A job was begun, or goes on. */
    BEGUN,
    /** A device worked. */
    USED,
    /** A checkpoint holds all answers up to here. */
    SAVED,
    /** The picture is there. */
    FINISHED,
    /** The job is over without one, or pauses. */
    STOPPED,
    /** The process before this one was killed: what no checkpoint holds is lost. */
    DIED,
    /** What a journal before this one held and nobody could write elsewhere. */
    SETTLED
  }

  /** What a device's time went into, as far as an answer tells. */
  enum Use {
    /** Into a picture, if a checkpoint holds it before the job stops. */
    COUNTED,
    RETRIED,
    AUDIT,
    LOST
  }

  static UsageLine journal(long number, LocalDate day) {
    return new UsageLine(What.JOURNAL, number, day, null, null, null, null, null, 0, 0, 0, null);
  }

  static UsageLine begun(String job, String who, String model, long waitedMillis, boolean isFirst) {
    return new UsageLine(
        What.BEGUN,
        0,
        null,
        job,
        who,
        model,
        null,
        null,
        Math.max(0, waitedMillis),
        isFirst ? 1 : 0,
        0,
        null);
  }

  /**
   * @param joules NaN where the device does not tell
   */
  static UsageLine used(
      String job, String device, Use use, double forwards, long nanos, double joules) {
    return new UsageLine(
        What.USED,
        0,
        null,
        job,
        null,
        null,
        device,
        use,
        Math.max(0, nanos),
        forwards,
        joules > 0 ? joules : 0,
        null);
  }

  static UsageLine saved(String job) {
    return of(What.SAVED, job, 0);
  }

  static UsageLine finished(String job, double megapixels) {
    return of(What.FINISHED, job, megapixels);
  }

  static UsageLine stopped(String job) {
    return of(What.STOPPED, job, 0);
  }

  static UsageLine died() {
    return of(What.DIED, null, 0);
  }

  private static UsageLine of(What what, @Nullable String job, double units) {
    return new UsageLine(what, 0, null, job, null, null, null, null, 0, units, 0, null);
  }

  static UsageLine settled(UsageEntry entry) {
    return new UsageLine(
        What.SETTLED, 0, null, entry.job(), null, null, null, null, 0, 0, 0, entry);
  }
}
