package demofusion.protocol.api.usage;

/**
 * Seconds that devices of one kind worked, by workers' own clocks.
 *
 * @param device as its maker calls it; {@link #ALL} of a sum
 * @param useful for answers that pictures were made of, or are being made of
 * @param retried for answers that came too late or twice
 * @param audits for draws that only check other workers' numbers
 * @param lost for answers that are in no checkpoint and no picture, since the job stopped or its
 *     coordinator died; what had to be drawn again is in useful too, once
 */
public record DeviceSeconds(
    String device, double useful, double retried, double audits, double lost) {
  public static final String ALL = "all";

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
        lost + other.lost);
  }
}
