package demofusion.protocol.api.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Seconds that devices of one kind worked, by workers' own clocks.
 *
 * @param device as its maker calls it; {@link #ALL} of a sum
 * @param useful for answers that pictures were made of, or are being made of
 * @param retried for answers that came too late or twice
 * @param audits for draws that only check other workers' numbers
 * @param lost for answers that are in no checkpoint and no picture, since the job stopped or its
 *     coordinator died; what had to be drawn again is in useful too, once
 * @param joules that the devices took for all of it, as far as they tell; null: none of them does
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceSeconds(
    String device,
    double useful,
    double retried,
    double audits,
    double lost,
    @Nullable Double joules) {
  public static final String ALL = "all";

  /** Of devices that do not tell what energy they take. */
  public DeviceSeconds(String device, double useful, double retried, double audits, double lost) {
    this(device, useful, retried, audits, lost, null);
  }

  /** All of it. */
  public double sum() {
    return useful + retried + audits + lost;
  }

  /** Both together. */
  public DeviceSeconds plus(DeviceSeconds other) {
    return new DeviceSeconds(
        device,
        useful + other.useful,
        retried + other.retried,
        audits + other.audits,
        lost + other.lost,
        sum(joules, other.joules));
  }

  private static @Nullable Double sum(@Nullable Double one, @Nullable Double other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one + other;
  }
}
