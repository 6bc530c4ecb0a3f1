package demofusion.deploy.plan;

import demofusion.deploy.plan.PlannedWork.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * How long planned work takes on some devices, timestep by timestep in virtual time.
 *
 * @param stageSeconds of each stage, all its times together
 * @param busySeconds that all devices together work
 * @param devices how many there are
 */
public record TimeForecast(List<Double> stageSeconds, double busySeconds, int devices) {
  /**
   * What the coordinator takes for a value of the latent between two timesteps, where nobody waits
   * for it but the devices: {@code bench coordinator} on two cores.
   */
  private static final double COORDINATOR_SECONDS_PER_VALUE = 25e-9;

  /** Timesteps of a phase are alike, so the first few are gone through and the rest multiplied. */
  private static final int TRIED = 3;

  public TimeForecast {
    stageSeconds = List.copyOf(stageSeconds);
  }

  public static TimeForecast of(PlannedWork work, List<Device> devices) {
    VirtualFarm farm = new VirtualFarm(devices);
    List<Double> seconds = new ArrayList<>();
    double busy = 0;
    for (Stage stage : work.stages()) {
      double coordinator = stage.latentValues() * COORDINATOR_SECONDS_PER_VALUE;
      double all = 0;
      double last = 0;
      double busyBefore = farm.busySeconds();
      int tried = Math.min(TRIED, stage.times());
      for (int n = 0; n < tried; n++) {
        last = farm.run(stage.pieces()) + coordinator;
        farm.pause(coordinator);
        all += last;
      }
      double busyEach = tried == 0 ? 0 : (farm.busySeconds() - busyBefore) / tried;
      seconds.add(all + (stage.times() - tried) * last);
      busy += stage.times() * busyEach;
    }
    return new TimeForecast(seconds, busy, devices.size());
  }

  /** From the first piece to the last. */
  public double seconds() {
    return stageSeconds.stream().mapToDouble(Double::doubleValue).sum();
  }

  /** What devices wait, of all their time: mostly for the ends of timesteps. */
  public double idleShare() {
    double all = seconds() * devices;
    return all > 0 ? Math.max(0, 1 - busySeconds / all) : 0;
  }
}
