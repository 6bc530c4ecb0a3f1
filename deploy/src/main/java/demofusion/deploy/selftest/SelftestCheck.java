package demofusion.deploy.selftest;

import java.util.List;

/**
 * One thing to be proved of a device, in {@code demofusion selftest}, and where it is light in a
 * worker that has its model loaded already. What a check needs beyond the device (golden data, a
 * forecast) it is made with.
 */
public interface SelftestCheck {
  /** In one or two words, for the table's first column. */
  String name();

  /**
   * Does the work on the device and judges the answers.
   *
   * @throws demofusion.protocol.DemofusionException where the device fails: {@link Selftest} makes
   *     that a failed finding
   */
  List<Finding> run(SelftestDevice device);
}
