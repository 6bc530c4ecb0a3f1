package demofusion.coordinator.diffusion.scheduler;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;

/** Makes schedulers of what a model folder says and a request asks for. */
public final class Schedulers {
  private Schedulers() {}

  /**
   * A solver's schedule for that many steps. Keys that the file has hold for any solver that knows
   * them, absent keys take the default of the solver's class (diffusers' {@code from_config}); what
   * the kind's name says (Karras, SDE) holds whatever the file says.
   *
   * @throws DemofusionException BAD_REQUEST for a number of steps that cannot be, BAD_MODEL for a
   *     key that this solver does not support
   */
  public static Scheduler create(SchedulerConfig config, SchedulerKind kind, int steps) {
    config.requireSupportedTraining();
    TrainingSchedule training = TrainingSchedule.of(config, kind);
    if (steps < 1 || steps > training.timesteps()) {
      throw DemofusionException.badRequest(
          "steps " + steps + " must be between 1 and " + training.timesteps());
    }
    return switch (kind) {
      case DDIM -> Ddim.create(config, training, steps);
      case EULER -> Euler.create(config, training, steps);
      case EULER_ANCESTRAL -> EulerAncestral.create(config, training, steps);
      case DPMPP_2M, DPMPP_2M_KARRAS, DPMPP_2M_SDE, DPMPP_2M_SDE_KARRAS ->
          DpmSolver.create(config, kind, training, steps);
      case UNIPC -> UniPc.create(config, training, steps);
      case LCM -> Lcm.create(config, training, steps);
    };
  }

  /** The file's steps_offset. */
  static int offset(SchedulerConfig config, TrainingSchedule training) {
    return config.integer("steps_offset", 0, 0, training.timesteps() - 1);
  }
}
