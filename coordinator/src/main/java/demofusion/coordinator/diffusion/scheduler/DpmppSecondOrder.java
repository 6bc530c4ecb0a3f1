package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.Evaluation;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver.Second;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver.Share;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver.Step;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Solver;
import demofusion.protocol.model.Spacing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two stochastic forms of DPM-Solver++ that ask the model in the middle of each step (k-diffusion's
 * sample_dpmpp_2s_ancestral and sample_dpmpp_sde; diffusers has neither):
 *
 * <pre>
 *   2S a   x₂ = q·x + (1 − q)·D                  q = √(σ_down/σ)
 *          x ← q²·x + (1 − q²)·D₂ + σ_up·n       D₂: of x₂ at σ·q
 *   SDE    x₂ = (d₁/σ)·x + (1 − d₁/σ)·D + u₁·n₁  d₁, u₁: down and up from σ to √(σ·σ')
 *          x ← (d₂/σ)·x + (1 − d₂/σ)·D₂ + u₂·n₂  d₂, u₂: down and up from σ to σ'
 * </pre>
 *
 * Down and up are {@link Ancestral}'s. The last step is x ← D.
 */
final class DpmppSecondOrder {
  private DpmppSecondOrder() {}

  /**
   * @param named a spacing of noise levels; null: as the file asks for them
   */
  static Scheduler create(
      SchedulerConfig config,
      Solver solver,
      @Nullable Spacing named,
      TrainingSchedule training,
      int steps) {
    NoiseLevels levels = Euler.levels(config, named, training, steps, 0);
    PredictionType predicts = PredictionType.of(config);
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < levels.steps(); step++) {
      double sigma = levels.sigmas()[step];
      double next = levels.sigmas()[step + 1];
      Evaluation here = Evaluation.at(sigma, levels.timesteps()[step], predicts);
      Ancestral whole = Ancestral.between(sigma, next);
      if (whole.down() == 0) {
        table.add(Step.ofFirstOrder(Share.towards(0, 1, here.clean())));
        continue;
      }
      boolean isSde = solver == Solver.DPMPP_SDE;
      double middle = Math.sqrt(sigma * (isSde ? next : whole.down()));
      Ancestral half = isSde ? Ancestral.between(sigma, middle) : new Ancestral(middle, 0);
      Evaluation there = Evaluation.at(middle, training.timestepAt(middle), predicts);
      double kept = whole.down() / sigma;
      Share rest = Share.towards(0, 1 - kept, there.clean());
      double keptHalf = half.down() / sigma;
      table.add(
          new Step(
              new Share(kept, 0),
              Share.towards(keptHalf, 1 - keptHalf, here.clean()),
              half.up(),
              new Second(there, rest, whole.up(), isSde ? 1 : 0)));
    }
    return new TwoStageSolver(levels, Euler.initNoiseSigma(config, levels), table);
  }
}
