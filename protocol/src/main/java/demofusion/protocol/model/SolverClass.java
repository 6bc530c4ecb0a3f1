package demofusion.protocol.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which of our solvers a diffusers class, as scheduler_config.json names it, stands for. */
final class SolverClass {
  private static final String KEY = "_class_name";
  private static final String DPM_SOLVER = "DPMSolverMultistepScheduler";
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
      default -> null;
    };
  }

  private static @Nullable SchedulerKind dpmSolver(SchedulerConfig config) {
    boolean karras = config.flag("use_karras_sigmas", false);
    String algorithm = algorithm(config);
    if (algorithm.equals("sde-dpmsolver++")) {
      return karras ? SchedulerKind.DPMPP_2M_SDE_KARRAS : SchedulerKind.DPMPP_2M_SDE;
    }
    if (PLUS_PLUS.contains(algorithm)) {
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
            (name.equals(DPM_SOLVER) ? " with algorithm_type " + algorithm(config) : ""));
  }

  private static String algorithm(SchedulerConfig config) {
    return config.text("algorithm_type", "dpmsolver++");
  }

  /** Refuses models of another kind of diffusion, which no solver here can sample. */
  static void requireSameFamily(SchedulerConfig config) {
    String name = config.text(KEY, "");
    if (name.startsWith("EDM") || name.startsWith("Flow")) {
      throw SchedulerConfig.refused(
          KEY, name, "only models that are trained on betas (DDPM) can be sampled");
    }
  }
}
