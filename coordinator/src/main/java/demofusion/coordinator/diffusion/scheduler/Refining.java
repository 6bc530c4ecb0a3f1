package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TimestepSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Solver;
import java.util.Arrays;

/**
 * The refining steps of a phase in fast mode (modes section 6): one of the solvers for few steps,
 * from a timestep K on instead of from noise alone.
 *
 * <pre>
 *   t_i = (J − ⌊i·J/n⌋)·20 − 1          LCM, TCD     J = (K + 1)/20, of 50 distilled timesteps
 *   t_i = round((K + 1)·(1 − i/n)) − 1  the others
 * </pre>
 */
final class Refining {
  private Refining() {}

  static Scheduler create(
      SchedulerConfig config,
      Solver solver,
      TrainingSchedule training,
      int steps,
      int timestep,
      double eta) {
    if (!solver.isOfFewSteps()) {
      throw DemofusionException.badRequest(
          "scheduler \"%s\" cannot make refining steps; use lcm, tcd, lightning, turbo or hyper-sd"
              .formatted(solver));
    }
    if (timestep < 1 || timestep >= training.timesteps()) {
      throw DemofusionException.badRequest(
          "fast timestep %s must be between 1 and %s"
              .formatted(timestep, training.timesteps() - 1));
    }
    if (solver.isOfConsistency()) {
      int[] distilled = distilled(config, solver, training, steps, timestep);
      return solver == Solver.LCM
          ? Lcm.create(config, training, distilled)
          : Tcd.create(config, training, distilled, eta);
    }
    requireSteps(steps, timestep + 1, solver, timestep);
    double[] trailing = TimestepSpacing.TRAILING.timesteps(timestep + 1, steps, 0);
    if (solver == Solver.HYPER_SD) {
      int[] whole = Arrays.stream(trailing).mapToInt(t -> (int) Math.rint(t)).toArray();
      return Ddim.along(whole, training, PredictionType.of(config));
    }
    NoiseLevels levels = NoiseLevels.at(trailing, training, 0);
    return solver == Solver.TURBO
        ? EulerAncestral.along(config, levels)
        : Euler.along(config, levels);
  }

  private static int[] distilled(
      SchedulerConfig config, Solver solver, TrainingSchedule training, int steps, int timestep) {
    int stride = training.timesteps() / Lcm.distilled(config, training);
    int left = (timestep + 1) / stride;
    if (left * stride != timestep + 1) {
      throw DemofusionException.badRequest(
          "fast timestep %s must be one that %s is distilled at; the nearest are %s and %s"
              .formatted(
                  timestep, solver, Math.max(1, left) * stride - 1, (left + 1) * stride - 1));
    }
    requireSteps(steps, left, solver, timestep);
    int[] timesteps = new int[steps];
    for (int step = 0; step < steps; step++) {
      timesteps[step] = (left - step * left / steps) * stride - 1;
    }
    return timesteps;
  }

  private static void requireSteps(int steps, int most, Solver solver, int timestep) {
    if (steps < 1 || steps > most) {
      throw DemofusionException.badRequest(
          "fast steps %s must be between 1 and %s with %s from timestep %s on"
              .formatted(steps, most, solver, timestep));
    }
  }
}
