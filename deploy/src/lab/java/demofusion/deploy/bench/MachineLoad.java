package demofusion.deploy.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How busy this machine is with everything that runs on it, the measured and its neighbours: says
 * what a measurement is worth.
 */
final class MachineLoad {
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  MachineLoad() {
    sinceLastAsked();
  }

  /** The share of all cores that was busy since this was asked before; 0 if it is not known. */
  double sinceLastAsked() {
    double load = system.getCpuLoad();
    return load >= 0 ? load : 0; // NaN where no time has passed
  }
}
