package demofusion.coordinator.job;

import demofusion.coordinator.notify.NotifySettings;
import demofusion.protocol.api.Retention;
import java.time.Duration;

/**
 * What the operator wants of the keeper.
 *
 * @param atOnce jobs that run at the same time
 * @param retention how long finished jobs are kept
 */
public record JobSettings(
    int atOnce, Limits limits, Retention retention, NotifySettings notices, Pace pace) {
  public JobSettings {
    if (atOnce < 1) {
      throw new IllegalArgumentException("jobs at once, " + atOnce + ", must be at least 1");
    }
  }

  /** Keeps everything, tells nobody. */
  public static JobSettings of(int atOnce) {
    return new JobSettings(
        atOnce, Limits.DEFAULT, Retention.FOREVER, NotifySettings.NONE, Pace.USUAL);
  }

  /**
   * How often things are looked after.
   *
   * @param check between two checks of the disk and the workers while jobs wait for them
   * @param patience without a worker before a job says so, and makes room for others
   * @param progress between two reports of one job's progress
   * @param prune between two times that finished jobs are removed
   */
  public record Pace(Duration check, Duration patience, Duration progress, Duration prune) {
    public static final Pace USUAL =
        new Pace(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMillis(250),
            Duration.ofMinutes(10));
  }
}
