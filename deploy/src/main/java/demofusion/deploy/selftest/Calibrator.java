package demofusion.deploy.selftest;

import demofusion.deploy.plan.Calibration;
import java.util.List;

/** Measures what a device does in a second, which no check can call right or wrong. */
@FunctionalInterface
public interface Calibrator {
  Measured measure(SelftestDevice device);

  /**
   * What was measured.
   *
   * @param findings the same as rows of the table, and whatever can be judged of it
   */
  record Measured(Calibration calibration, List<Finding> findings) {}
}
