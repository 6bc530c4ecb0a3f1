package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.SigmaSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.Evaluation;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver.Second;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver.Share;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver.Step;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Spacing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DPM-Solver-2 in the form of Karras et al. (arXiv 2206.00364, appendix; k-diffusion's sample_dpm_2
 * and sample_dpm_2_ancestral, diffusers' KDPM2DiscreteScheduler and
 * KDPM2AncestralDiscreteScheduler): the slope in the middle of the step, by ln σ, leads all the
 * way.
 *
 * <pre>
 *   x₂ = x + (m − σ)·d                       d = (x − D)/σ      m = √(σ·σ_down)
 *   x ← x + (σ_down − σ)·(x₂ − D₂)/m + σ_up·n
 * </pre>
 *
 * Without noise σ_down is σ' and σ_up is 0; see {@link Ancestral}. The model is told the time of m.
 */
final class Dpm2 {
  private Dpm2() {}

  /**
   * @param named a spacing of noise levels; null: as the file asks for them
   */
  static Scheduler create(
      SchedulerConfig config,
      @Nullable Spacing named,
      TrainingSchedule training,
      int steps,
      boolean isAncestral) {
    NoiseLevels asked = Euler.levels(config, named, training, steps, 0);
    // Only Karras' timesteps are rounded in diffusers, and those of the middles are not.
    NoiseLevels levels =
        named == null && SigmaSpacing.inFile(config) == Spacing.KARRAS
            ? asked.atWholeTimesteps()
            : asked;
    PredictionType predicts = PredictionType.of(config);
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < levels.steps(); step++) {
      double sigma = levels.sigmas()[step];
      double next = levels.sigmas()[step + 1];
      Ancestral to = isAncestral ? Ancestral.between(sigma, next) : new Ancestral(next, 0);
      Estimate slope = Evaluation.at(sigma, levels.timesteps()[step], predicts).slope(sigma);
      if (to.down() == 0) {
        table.add(Step.ofFirstOrder(Heun.along(-sigma, slope)));
        continue;
      }
      double middle = Math.sqrt(sigma * to.down());
      Evaluation there = Evaluation.at(middle, training.timestepAt(middle), predicts);
      Estimate second = there.slope(middle);
      double stride = to.down() - sigma;
      Share rest = new Share(stride * second.sample(), stride * second.prediction());
      table.add(
          new Step(
              new Share(1, 0),
              Heun.along(middle - sigma, slope),
              0,
              new Second(there, rest, to.up(), 0)));
    }
    return new TwoStageSolver(levels, Euler.initNoiseSigma(config, levels), table);
  }
}
