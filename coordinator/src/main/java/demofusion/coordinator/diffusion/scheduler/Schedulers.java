package demofusion.coordinator.diffusion.scheduler;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Spacing;
import org.jspecify.annotations.Nullable;

/** Makes schedulers of what a model folder says and a request asks for. */
public final class Schedulers {
  private Schedulers() {}

  /**
   * A solver's schedule for that many steps. Keys that the file has hold for any solver that knows
   * them, absent keys take the default of the solver's class (diffusers' {@code from_config}); what
   * the kind's name says (Karras, SDE) holds whatever the file says. Where it names noise levels,
   * the file only says what the model was trained on.
   *
   * @throws DemofusionException BAD_REQUEST for a number of steps that cannot be, BAD_MODEL for a
   *     key that this solver does not support
   */
  public static Scheduler create(SchedulerConfig file, SchedulerKind kind, int steps) {
    file.requireSupportedTraining();
    Spacing named = named(kind);
    SchedulerConfig config = file;
    if (named != null) {
      config = file.ofTraining();
    } else if (kind.spacing() != null && kind.spacing().isOfTimesteps()) {
      config = file.with("timestep_spacing", kind.spacing().toString());
    }
    TrainingSchedule training = TrainingSchedule.of(config, kind);
    if (steps < 1 || steps > training.timesteps()) {
      throw DemofusionException.badRequest(
          "steps " + steps + " must be between 1 and " + training.timesteps());
    }
    return switch (kind.solver()) {
      case DDIM -> Ddim.create(config, training, steps);
      case EULER -> Euler.create(config, named, training, steps);
      case EULER_ANCESTRAL -> EulerAncestral.create(config, named, training, steps);
      case DPMPP_2M, DPMPP_2M_SDE -> DpmSolver.create(config, kind, training, steps);
      case UNIPC -> UniPc.create(config, training, steps);
      case LCM -> Lcm.create(config, training, steps);
    };
  }

  /**
   * The noise levels that a kind names; null: the file says them. Behind DPM++ Karras was a name
   * before there were others, and stands for the file's own key.
   */
  static @Nullable Spacing named(SchedulerKind kind) {
    boolean isFiles = kind.spacing() == null || SchedulerKind.OF_FOLDERS.contains(kind);
    return isFiles || kind.spacing().isOfTimesteps() ? null : kind.spacing();
  }

  /** The file's steps_offset. */
  static int offset(SchedulerConfig config, TrainingSchedule training) {
    return config.integer("steps_offset", 0, 0, training.timesteps() - 1);
  }
}
