package demofusion.coordinator.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one job used in some time of one day.
 *
 * @param who the token's name; {@link #UNKNOWN} of an answer for a job that is long forgotten
 * @param jobs 1 if it was begun for the first time then
 * @param pictures 1 if it was finished then
 * @param devices time by what devices are called
 */
record UsageEntry(
    String job,
    String who,
    String model,
    long jobs,
    long pictures,
    double megapixels,
    double forwards,
    long waitedMillis,
    Map<String, Nanos> devices) {
  /** No token and no model has this name. */
  static final String UNKNOWN = "-";

  /**
   * Nanoseconds of devices, as {@link demofusion.protocol.api.usage.DeviceSeconds} has them.
   *
   * @param joules of all four; 0 where no device tells
   */
  record Nanos(
      long useful,
      long retried,
      long audits,
      long lost,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) double joules) {
    static final Nanos NONE = new Nanos(0, 0, 0, 0, 0);

    Nanos plus(Nanos other) {
      return new Nanos(
          useful + other.useful,
          retried + other.retried,
          audits + other.audits,
          lost + other.lost,
          joules + other.joules);
    }
  }

  UsageEntry {
    devices = Collections.unmodifiableMap(new TreeMap<>(devices));
  }

  static UsageEntry none(String job, String who, String model) {
    return new UsageEntry(job, who, model, 0, 0, 0, 0, 0, Map.of());
  }

  /** Both together, of this one's job. */
  UsageEntry plus(UsageEntry other) {
    Map<String, Nanos> both = new TreeMap<>(devices);
    other.devices.forEach((device, nanos) -> both.merge(device, nanos, Nanos::plus));
    return new UsageEntry(
        job,
        who,
        model,
        jobs + other.jobs,
        pictures + other.pictures,
        megapixels + other.megapixels,
        forwards + other.forwards,
        waitedMillis + other.waitedMillis,
        both);
  }

  boolean isNothing() {
    return equals(none(job, who, model));
  }
}
