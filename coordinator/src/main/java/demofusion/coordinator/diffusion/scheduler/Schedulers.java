package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import demofusion.protocol.model.Spacing;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes schedulers of what a model folder says and a request asks for. */
public final class Schedulers {
  private static final int FEW_STEPS = 4;

  /** Those that models distilled to few steps are drawn with, whatever their file says of it. */
  private static final Set<Solver> FOR_FEW_STEPS =
      EnumSet.of(Solver.LIGHTNING, Solver.TURBO, Solver.HYPER_SD);

  /** η of TCD where nobody says it. */
  public static final double STANDARD_ETA = Tcd.STANDARD_ETA;

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
    return create(file, kind, steps, null);
  }

  /**
   * The same with TCD's η.
   *
   * @param eta of TCD, nothing to others; null: {@value Tcd#STANDARD_ETA}
   */
  public static Scheduler create(
      SchedulerConfig file, SchedulerKind kind, int steps, @Nullable Double eta) {
    file.requireSupportedTraining();
    requireSameDiffusion(file, kind.solver());
    Spacing named = named(kind);
    SchedulerConfig config = config(file, kind, named);
    TrainingSchedule training = TrainingSchedule.of(config, kind.solver());
    if (steps < 1 || steps > training.timesteps()) {
      throw DemofusionException.badRequest(
          "steps " + steps + " must be between 1 and " + training.timesteps());
    }
    return switch (kind.solver()) {
      case DDIM, HYPER_SD -> Ddim.create(config, training, steps);
      case EULER, LIGHTNING -> Euler.create(config, named, training, steps);
      case EULER_ANCESTRAL, TURBO -> EulerAncestral.create(config, named, training, steps);
      case DPMPP_2M, DPMPP_2M_SDE -> DpmSolver.create(config, kind, training, steps);
      case UNIPC -> UniPc.create(config, training, steps);
      case LCM -> Lcm.create(config, training, Lcm.timesteps(config, training, steps, Solver.LCM));
      case TCD ->
          Tcd.create(
              config,
              training,
              Lcm.timesteps(config, training, steps, Solver.TCD),
              eta == null ? Tcd.STANDARD_ETA : eta);
      case HEUN -> Heun.create(config, named, training, steps);
      case DPM2 -> Dpm2.create(config, named, training, steps, false);
      case DPM2_ANCESTRAL -> Dpm2.create(config, named, training, steps, true);
      case DPMPP_2S_ANCESTRAL, DPMPP_SDE ->
          DpmppSecondOrder.create(config, kind.solver(), named, training, steps);
      case LMS -> Lms.create(config, named, training, steps);
      case DPMPP_3M_SDE -> Dpmpp3mSde.create(config, named, training, steps);
      case DPMPP_3M -> Dpmpp3m.create(config, training, steps);
      case DPMPP_2S -> Dpmpp2s.create(config, training, steps);
      case PNDM -> Pndm.create(config, training, steps);
      case DEIS -> Deis.create(config, training, steps);
      case EDM_EULER, EDM_DPMPP_2M -> Edm.create(config, kind.solver(), steps);
    };
  }

  /**
   * Fast mode's refining steps (modes section 6): a solver for few steps from a timestep on.
   *
   * @param kind LCM, TCD, Lightning, Turbo or Hyper-SD
   * @param timestep K, where the first step is
   * @param eta as in {@link #create(SchedulerConfig, SchedulerKind, int, Double)}
   * @throws DemofusionException BAD_REQUEST for another kind, and for steps or K that it cannot
   *     have
   */
  public static Scheduler refining(
      SchedulerConfig file, SchedulerKind kind, int steps, int timestep, @Nullable Double eta) {
    file.requireSupportedTraining();
    requireSameDiffusion(file, kind.solver());
    SchedulerConfig config = config(file, kind, null);
    TrainingSchedule training = TrainingSchedule.of(config, kind.solver());
    return Refining.create(
        config, kind.solver(), training, steps, timestep, eta == null ? Tcd.STANDARD_ETA : eta);
  }

  private static SchedulerConfig config(
      SchedulerConfig file, SchedulerKind kind, @Nullable Spacing named) {
    if (FOR_FEW_STEPS.contains(kind.solver())) {
      return file.ofTraining().with("timestep_spacing", "trailing").with("set_alpha_to_one", false);
    }
    if (named != null) {
      return file.ofTraining();
    }
    return kind.spacing() == null || !kind.spacing().isOfTimesteps()
        ? file
        : file.with("timestep_spacing", kind.spacing().toString());
  }

  private static void requireSameDiffusion(SchedulerConfig file, Solver solver) {
    if (file.isOfEdm() && !solver.isOfEdm()) {
      throw DemofusionException.badRequest(
          "scheduler \"%s\" does not suit this model, which is told noise levels (EDM): use %s or %s"
              .formatted(solver, Solver.EDM_EULER, Solver.EDM_DPMPP_2M));
    }
    if (solver.isOfEdm() && !file.isOfEdm()) {
      throw DemofusionException.badRequest(
          "scheduler \"%s\" suits only models that are told noise levels (EDM), as Playground 2.5 is"
              .formatted(solver));
    }
  }

  /**
   * The same of the model folder's own solver.
   *
   * @throws DemofusionException also BAD_MODEL where that is none of ours; where the file does not
   *     suit it, its message has those that would do
   */
  public static Scheduler createOwn(SchedulerConfig file, int steps) {
    return createOwn(file, steps, null);
  }

  /**
   * The same with TCD's η.
   *
   * @param eta null: its own
   */
  public static Scheduler createOwn(SchedulerConfig file, int steps, @Nullable Double eta) {
    file.requireSupportedTraining();
    SchedulerKind own = file.kind();
    try {
      return create(file, own, steps, eta);
    } catch (DemofusionException e) {
      String others =
          Arrays.stream(Solver.values())
              .filter(solver -> e.code() == FailureCode.BAD_MODEL && canDraw(solver, file))
              .map(Solver::toString)
              .collect(Collectors.joining(", "));
      if (others.isEmpty()) {
        throw e;
      }
      throw DemofusionException.badModel(
          e.userMessage() + "; or pass --scheduler with one of " + others);
    }
  }

  /**
   * The clean latent that a model's answer stands for, a·x + b·p with x as the solver keeps it.
   *
   * @param file what the scheduler was made of
   * @param isSecond whether it is the step's second evaluation
   */
  public static Estimate clean(
      SchedulerConfig file, Scheduler scheduler, int step, boolean isSecond) {
    double sigma = isSecond ? scheduler.secondSigma(step) : scheduler.sigma(step);
    PredictionType predicts = PredictionType.of(file);
    if (file.isOfEdm()) {
      return Edm.clean(sigma, predicts == PredictionType.V_PREDICTION);
    }
    double signal = 1 / Math.sqrt(1 + sigma * sigma);
    Estimate ofSeen = predicts.clean(signal, sigma * signal);
    double shown = isSecond ? scheduler.secondInputScale(step) : scheduler.inputScale(step);
    return new Estimate(ofSeen.sample() * shown, ofSeen.prediction());
  }

  /**
   * Refuses a model folder whose own solver cannot draw.
   *
   * @throws DemofusionException as {@link #createOwn}
   */
  public static void requireOwn(SchedulerConfig file) {
    createOwn(file, FEW_STEPS);
  }

  private static boolean canDraw(Solver solver, SchedulerConfig file) {
    try {
      create(file, new SchedulerKind(solver, null), FEW_STEPS);
      return true;
    } catch (DemofusionException e) {
      return false;
    }
  }

  /**
   * The noise levels that a kind names; null: the file says them. Behind DPM++ Karras was a name
   * before there were others, and stands for the file's own key.
   */
  static @Nullable Spacing named(SchedulerKind kind) {
    Spacing spacing = kind.spacing();
    return spacing == null || spacing.isOfTimesteps() || SchedulerKind.OF_FOLDERS.contains(kind)
        ? null
        : spacing;
  }

  /** The file's steps_offset. */
  static int offset(SchedulerConfig config, TrainingSchedule training) {
    return config.integer("steps_offset", 0, 0, training.timesteps() - 1);
  }
}
