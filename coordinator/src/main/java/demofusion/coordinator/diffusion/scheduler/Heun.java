package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
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
 * Heun's method in sigma space (Karras et al., arXiv 2206.00364, algorithm 2 without churn;
 * diffusers' HeunDiscreteScheduler): Euler's step, and then half of its slope replaced by the one
 * where it led.
 *
 * <pre>
 *   x₂ = x + (σ' − σ)·d              d  = (x − D)/σ
 *   x ← x + (σ' − σ)·(d + d₂)/2      d₂ = (x₂ − D₂)/σ'
 * </pre>
 */
final class Heun {
  private Heun() {}

  /**
   * @param named a spacing of noise levels; null: as the file asks for them
   */
  static Scheduler create(
      SchedulerConfig config, @Nullable Spacing named, TrainingSchedule training, int steps) {
    config.requireFalse("clip_sample");
    NoiseLevels levels = Euler.levels(config, named, training, steps, 0);
    PredictionType predicts = PredictionType.of(config);
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < levels.steps(); step++) {
      double sigma = levels.sigmas()[step];
      double next = levels.sigmas()[step + 1];
      double stride = next - sigma;
      Estimate slope = Evaluation.at(sigma, levels.timesteps()[step], predicts).slope(sigma);
      Share whole = along(stride, slope);
      if (next == 0) {
        table.add(Step.ofFirstOrder(whole));
        continue;
      }
      Evaluation there = Evaluation.at(next, levels.timesteps()[step + 1], predicts);
      Estimate second = there.slope(next);
      Share rest = new Share(stride / 2 * second.sample(), stride / 2 * second.prediction());
      table.add(new Step(along(stride / 2, slope), whole, 0, new Second(there, rest, 0, 0)));
    }
    return new TwoStageSolver(levels, Euler.initNoiseSigma(config, levels), table);
  }

  /** x + stride·d. */
  static Share along(double stride, Estimate slope) {
    return new Share(1 + stride * slope.sample(), stride * slope.prediction());
  }
}
