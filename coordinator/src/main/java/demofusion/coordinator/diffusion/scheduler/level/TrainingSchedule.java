package demofusion.coordinator.diffusion.scheduler.level;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Solver;
import java.util.EnumSet;
import java.util.Set;

/**
 * How much noise the model was trained on at each timestep. Kept in float32 and computed in the
 * order in which torch does, so that noise levels and fractional timesteps are diffusers' own.
 */
public final class TrainingSchedule {
  private static final int MOST_TIMESTEPS = 100_000;
  private static final String SDXL = "sdxl";
  private static final double STEEPEST_COSINE_BETA = 0.999;

  /** Those that begin with noise alone where the training did, rather than divide by its σ. */
  private static final Set<Solver> NOISE_ALONE =
      EnumSet.of(Solver.DDIM, Solver.HYPER_SD, Solver.LCM, Solver.TCD);

  /** Those whose class has Stable Diffusion's betas for its own, if not their schedule. */
  private static final Set<Solver> OF_LATENTS =
      EnumSet.of(Solver.HEUN, Solver.DPM2, Solver.DPM2_ANCESTRAL);

  private static final TrainingSchedule USUAL =
      new TrainingSchedule(
          products(squared(evenly((float) Math.sqrt(0.00085), (float) Math.sqrt(0.012), 1000))),
          true);

  private final float[] alphaBars; // ᾱ (timesteps)
  private final float[] sigmas; // σ (timesteps), rising
  private final float[] logSigmas; // (timesteps)

  private final boolean isSdxl;

  /**
   * @param alphaBars ᾱ (timesteps)
   */
  private TrainingSchedule(float[] alphaBars, boolean isSdxl) {
    this.alphaBars = alphaBars;
    this.isSdxl = isSdxl;
    sigmas = new float[alphaBars.length];
    logSigmas = new float[alphaBars.length];
    for (int t = 0; t < alphaBars.length; t++) {
      sigmas[t] = (float) Math.sqrt((1 - alphaBars[t]) / alphaBars[t]);
      logSigmas[t] = (float) StrictMath.log(sigmas[t]);
    }
  }

  /** Stable Diffusion's, by which models go that have none of their own. */
  public static TrainingSchedule usual() {
    return USUAL;
  }

  /** What the file says, or the solver's class where the file does not. */
  public static TrainingSchedule of(SchedulerConfig config, Solver solver) {
    float[] alphaBars = products(betas(config, solver));
    int last = alphaBars.length - 1;
    if (!Float.isFinite((1 - alphaBars[last]) / alphaBars[last])) {
      throw DemofusionException.badModel(
          "scheduler_config.json: its betas leave no signal at the last timestep; beta_end must be"
              + " smaller");
    }
    if (config.flag("rescale_betas_zero_snr", false)) {
      alphaBars = products(ZeroTerminalSnr.betas(alphaBars));
      if (!NOISE_ALONE.contains(solver)) {
        alphaBars[last] = ZeroTerminalSnr.LEAST_SIGNAL;
      }
    }
    return new TrainingSchedule(alphaBars, config.text(SchedulerConfig.FAMILY, SDXL).equals(SDXL));
  }

  /** ᾱ = ∏ (1 − β), as torch.cumprod has it. */
  private static float[] products(float[] betas) {
    float[] products = new float[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      product *= 1 - betas[t];
      products[t] = (float) product;
    }
    return products;
  }

  /** The betas that the file gives, or those of the solver's class where it gives none. */
  private static float[] betas(SchedulerConfig config, Solver solver) {
    boolean ofDistilled = solver == Solver.LCM || solver == Solver.TCD;
    boolean ofLatents = ofDistilled || OF_LATENTS.contains(solver);
    int timesteps = config.integer("num_train_timesteps", 1000, 1, MOST_TIMESTEPS);
    double[] trained = config.numbers("trained_betas");
    if (trained.length > 0) {
      return given(trained, timesteps);
    }
    double start = beta(config, "beta_start", ofLatents ? 0.00085 : 0.0001);
    double end = beta(config, "beta_end", ofLatents ? 0.012 : 0.02);
    String shape =
        config.choice(
            "beta_schedule",
            ofDistilled ? "scaled_linear" : "linear",
            "linear",
            "scaled_linear",
            "squaredcos_cap_v2");
    return switch (shape) {
      case "linear" -> evenly((float) start, (float) end, timesteps);
      case "scaled_linear" ->
          squared(evenly((float) Math.sqrt(start), (float) Math.sqrt(end), timesteps));
      default -> cosine(timesteps);
    };
  }

  private static double beta(SchedulerConfig config, String key, double fallback) {
    double beta = config.number(key, fallback);
    if (!(beta > 0 && beta < 1)) {
      throw SchedulerConfig.refused(key, beta, "it must be between 0 and 1");
    }
    return beta;
  }

  private static float[] given(double[] trained, int timesteps) {
    if (trained.length != timesteps) {
      throw SchedulerConfig.refused(
          "trained_betas",
          "with " + trained.length + " values",
          "it must have num_train_timesteps = " + timesteps);
    }
    float[] betas = new float[timesteps];
    for (int t = 0; t < timesteps; t++) {
      if (!(trained[t] > 0 && trained[t] < 1)) {
        throw SchedulerConfig.refused(
            "trained_betas", "with " + trained[t], "every value must be between 0 and 1");
      }
      betas[t] = (float) trained[t];
    }
    return betas;
  }

  /** torch.linspace in float32: from both ends towards the middle, multiplied and added at once. */
  private static float[] evenly(float start, float end, int count) {
    float[] values = new float[count];
    float stride = count == 1 ? 0 : (end - start) / (count - 1);
    for (int n = 0; n < count; n++) {
      values[n] =
          n < count / 2 ? Math.fma(stride, n, start) : Math.fma(-stride, count - 1 - n, end);
    }
    return values;
  }

  private static float[] squared(float[] values) {
    for (int n = 0; n < values.length; n++) {
      values[n] *= values[n];
    }
    return values;
  }

  /** Nichol and Dhariwal's cosine schedule (squaredcos_cap_v2). */
  private static float[] cosine(int count) {
    float[] betas = new float[count];
    for (int n = 0; n < count; n++) {
      double ratio = cosineSignal((n + 1) / (double) count) / cosineSignal(n / (double) count);
      betas[n] = (float) Math.min(1 - ratio, STEEPEST_COSINE_BETA);
    }
    return betas;
  }

  private static double cosineSignal(double time) {
    double cosine = StrictMath.cos((time + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }

  public int timesteps() {
    return alphaBars.length;
  }

  /** Whether it is SDXL's. */
  boolean isSdxl() {
    return isSdxl;
  }

  /** ᾱ at a whole timestep. */
  public double alphaBar(int timestep) {
    if (timestep >= alphaBars.length) {
      throw DemofusionException.badRequest(
          "timestep %s is beyond the model's last, %s; use fewer steps"
              .formatted(timestep, (alphaBars.length - 1)));
    }
    return alphaBars[timestep];
  }

  /** σ at any timestep: linear between whole ones, constant past both ends. */
  public double sigmaAt(double timestep) {
    int last = sigmas.length - 1;
    if (timestep >= last) {
      return sigmas[last];
    }
    int below = (int) Math.max(0, timestep);
    double low = sigmas[below];
    return low + (sigmas[below + 1] - low) * (Math.max(0, timestep) - below);
  }

  /** σ at any timestep: linear in log σ between whole ones. */
  public double geometricSigmaAt(double timestep) {
    int below = (int) Math.min(Math.max(0, timestep), logSigmas.length - 2);
    double low = logSigmas[below];
    return StrictMath.exp(low + (logSigmas[below + 1] - low) * (timestep - below));
  }

  /** The timestep at which the model knows that noise level: linear in log σ. */
  public double timestepAt(double sigma) {
    double logSigma = StrictMath.log(Math.max(sigma, 1e-10));
    int below = 0;
    while (below < logSigmas.length - 2 && logSigma >= logSigmas[below + 1]) {
      below++;
    }
    float low = logSigmas[below];
    float high = logSigmas[below + 1];
    double share = Math.min(1, Math.max(0, (low - logSigma) / (low - high)));
    return (1 - share) * below + share * (below + 1);
  }
}
