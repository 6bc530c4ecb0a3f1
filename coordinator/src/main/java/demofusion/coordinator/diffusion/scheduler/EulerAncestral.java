package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.FirstOrderSolver.Step;
import demofusion.protocol.model.SchedulerConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Ancestral sampling with Euler steps (k-diffusion's): of σ'² the part σ_up² = σ'²·(σ² − σ'²)/σ² is
 * fresh noise, and Euler's method goes down to what is left of it. Its class knows no Karras noise
 * levels, so a file's use_karras_sigmas says nothing here.
 */
final class EulerAncestral {
  private EulerAncestral() {}

  static Scheduler create(SchedulerConfig config, TrainingSchedule training, int steps) {
    double[] timesteps = Euler.timesteps(config, training, steps);
    NoiseLevels levels = NoiseLevels.at(timesteps, training, 0);
    PredictionType predicts = PredictionType.of(config);
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      double from = levels.sigmas()[step];
      double to = levels.sigmas()[step + 1];
      double up = to * Math.sqrt(from * from - to * to) / from;
      double down = Math.sqrt(to * to - up * up);
      table.add(Euler.towards(down, up, levels, step, predicts));
    }
    return Euler.solver(config, levels, table);
  }
}
