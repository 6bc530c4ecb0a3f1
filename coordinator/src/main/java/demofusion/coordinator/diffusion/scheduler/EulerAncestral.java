package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.SigmaSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.FirstOrderSolver.Step;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Spacing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ancestral sampling with Euler steps (Song et al., arXiv 2011.13456, appendix F, in the form of
 * k-diffusion's sample_euler_ancestral with η = 1; diffusers' EulerAncestralDiscreteScheduler):
 *
 * <pre>
 *   σ_up²   = σ'²·(σ² − σ'²)/σ²
 *   σ_down² = σ'² − σ_up²
 *   x ← x + (σ_down − σ)·(x − z)/σ + σ_up·n
 * </pre>
 *
 * z: the clean latent as predicted; σ, σ': the noise level at this timestep and the next; n: fresh
 * normals. Its class knows no Karras noise levels, so a file's use_karras_sigmas says nothing here.
 */
final class EulerAncestral {
  private EulerAncestral() {}

  /**
   * @param named a spacing of noise levels; null: as the file asks for them
   */
  static Scheduler create(
      SchedulerConfig config, @Nullable Spacing named, TrainingSchedule training, int steps) {
    return along(
        config,
        named == null
            ? NoiseLevels.at(Euler.timesteps(config, training, steps), training, 0)
            : SigmaSpacing.named(named, training, steps));
  }

  static Scheduler along(SchedulerConfig config, NoiseLevels levels) {
    PredictionType predicts = PredictionType.of(config);
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < levels.steps(); step++) {
      double from = levels.sigmas()[step];
      double to = levels.sigmas()[step + 1];
      double up = to * Math.sqrt(from * from - to * to) / from;
      double down = Math.sqrt(to * to - up * up);
      table.add(Euler.towards(down, up, levels, step, predicts));
    }
    return Euler.solver(config, levels, table);
  }
}
