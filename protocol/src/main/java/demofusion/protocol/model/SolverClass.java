package demofusion.protocol.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which of our solvers a diffusers class, as scheduler_config.json names it, stands for. */
final class SolverClass {
  private static final String KEY = "_class_name";
  private static final String DPM_SOLVER = "DPMSolverMultistepScheduler";
  private static final String SINGLE_STEP = "DPMSolverSinglestepScheduler";
  private static final String EDM_DPM_SOLVER = "EDMDPMSolverMultistepScheduler";
  private static final Set<String> WITH_ALGORITHM = Set.of(DPM_SOLVER, SINGLE_STEP, EDM_DPM_SOLVER);
  // "deis" is what diffusers itself reads as dpmsolver++.
  private static final Set<String> PLUS_PLUS = Set.of("dpmsolver++", "deis");

  private SolverClass() {}

  /** Null where the class, or the algorithm that it is set to, is none of ours. */
  static @Nullable SchedulerKind kindOf(SchedulerConfig config) {
    return switch (config.text(KEY, "")) {
      case "DDIMScheduler" -> SchedulerKind.DDIM;
      case "EulerDiscreteScheduler" -> SchedulerKind.EULER;
      case "EulerAncestralDiscreteScheduler" -> SchedulerKind.EULER_ANCESTRAL;
      case DPM_SOLVER -> dpmSolver(config);
      case "UniPCMultistepScheduler" -> SchedulerKind.UNIPC;
      case "LCMScheduler" -> SchedulerKind.LCM;
      case "HeunDiscreteScheduler" -> alone(Solver.HEUN);
      case "KDPM2DiscreteScheduler" -> alone(Solver.DPM2);
      case "KDPM2AncestralDiscreteScheduler" -> alone(Solver.DPM2_ANCESTRAL);
      case "LMSDiscreteScheduler" -> alone(Solver.LMS);
      case SINGLE_STEP -> isPlusPlus(config) ? alone(Solver.DPMPP_2S) : null;
      case "PNDMScheduler" -> alone(Solver.PNDM);
      case "DEISMultistepScheduler" -> alone(Solver.DEIS);
      case "TCDScheduler" -> alone(Solver.TCD);
      case "EDMEulerScheduler" -> alone(Solver.EDM_EULER);
      case EDM_DPM_SOLVER -> isPlusPlus(config) ? alone(Solver.EDM_DPMPP_2M) : null;
      default -> null;
    };
  }

  private static SchedulerKind alone(Solver solver) {
    return new SchedulerKind(solver, null);
  }

  private static boolean isPlusPlus(SchedulerConfig config) {
    return PLUS_PLUS.contains(algorithm(config));
  }

  private static @Nullable SchedulerKind dpmSolver(SchedulerConfig config) {
    boolean karras = config.flag("use_karras_sigmas", false);
    String algorithm = algorithm(config);
    if (algorithm.equals("sde-dpmsolver++")) {
      return karras ? SchedulerKind.DPMPP_2M_SDE_KARRAS : SchedulerKind.DPMPP_2M_SDE;
    }
    if (PLUS_PLUS.contains(algorithm)) {
      if (config.values().get("solver_order") instanceof Number order && order.doubleValue() == 3) {
        return alone(Solver.DPMPP_3M); // Karras or not, as the file says
      }
      return karras ? SchedulerKind.DPMPP_2M_KARRAS : SchedulerKind.DPMPP_2M;
    }
    return null;
  }

  /** The folder's solver in the words of its file. */
  static String describe(SchedulerConfig config) {
    String name = config.text(KEY, "");
    if (name.isEmpty()) {
      return "scheduler_config.json: a missing " + KEY;
    }
    return "scheduler_config.json: %s %s%s"
        .formatted(
            KEY,
            name,
            WITH_ALGORITHM.contains(name) ? " with algorithm_type " + algorithm(config) : "");
  }

  private static String algorithm(SchedulerConfig config) {
    return config.text("algorithm_type", "dpmsolver++");
  }

  /** Refuses models of another kind of diffusion, which no solver here can sample. */
  static void requireSameFamily(SchedulerConfig config) {
    String name = config.text(KEY, "");
    if (name.startsWith("Flow")) {
      throw SchedulerConfig.refused(
          KEY,
          name,
          "only models that are trained on betas (DDPM) or on noise levels (EDM) can be sampled");
    }
  }

  /** Whether the model is told noise levels, as Playground 2.5 is. */
  static boolean isOfEdm(SchedulerConfig config) {
    return config.text(KEY, "").startsWith("EDM");
  }
}
