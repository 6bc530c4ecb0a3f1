package demofusion.coordinator.diffusion.fast;

import demofusion.coordinator.diffusion.random.AuxiliaryStream;
import demofusion.coordinator.diffusion.random.NoiseInjection;
import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.coordinator.diffusion.storage.Bands;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.model.SchedulerConfig;
import org.jspecify.annotations.Nullable;

/**
 * The timesteps of one upscaling phase of fast mode (modes section 6), from Z, the encoded picture,
 * as a {@link Scheduler} like any other:
 *
 * <pre>
 *   x_K = α_K·Z + s_K·ε̂0                    the inversion, at t = 0; or ε for ε̂0, and no timestep
 *   z = (x_K − s_K·ε')/α_K                  one step, ε' the injected prediction; or the
 *                                           refining solver's steps
 * </pre>
 */
public final class FastSchedule implements Scheduler {
  private final Refinement refinement;
  private final @Nullable Scheduler refining; // null: one step
  private final int inversions; // timesteps before the refining ones, 0 or 1
  private final NoiseMix mix; // how x_K is made
  private final Estimate noiseAtZero;
  private final Estimate noiseAtStart;
  private final double sigma; // at K
  private final double injection;
  private final long seed;
  private final int phase;

  /**
   * @param folder the model's, with phase 1's solver
   * @param eta of TCD; null: its own
   * @param phase its number along the ladder
   */
  public FastSchedule(
      SchedulerConfig folder,
      Refinement refinement,
      FastSettings settings,
      @Nullable Double eta,
      long seed,
      int phase) {
    TrainingSchedule training = TrainingSchedule.of(folder, folder.kind().solver());
    PredictionType predicts = PredictionType.of(folder);
    double alphaBar = training.alphaBar(refinement.timestep());
    this.refinement = refinement;
    this.refining = refinement.isOneStep() ? null : refinement.scheduler(folder, eta);
    this.inversions = settings.inversionOrStandard() == Inversion.DDIM ? 1 : 0;
    this.mix =
        refining == null
            ? new NoiseMix((float) Math.sqrt(alphaBar), (float) Math.sqrt(1 - alphaBar))
            : refining.noiseMix(0);
    this.noiseAtZero = predicts.noise(training.alphaBar(0));
    this.noiseAtStart = predicts.noise(alphaBar);
    this.sigma = Math.sqrt((1 - alphaBar) / alphaBar);
    this.injection = settings.injectionOrStandard();
    this.seed = seed;
    this.phase = phase;
  }

  @Override
  public int steps() {
    return inversions + refinement.steps();
  }

  @Override
  public float timestep(int step) {
    return isInversion(step)
        ? 0
        : refining == null ? refinement.timestep() : refining.timestep(step - inversions);
  }

  @Override
  public float inputScale(int step) {
    return isInversion(step) || refining == null ? 1 : refining.inputScale(step - inversions);
  }

  @Override
  public float fusionTimestep(int step) {
    return timestep(step);
  }

  @Override
  public float initNoiseSigma() {
    throw new IllegalStateException("a phase of fast mode does not begin with noise alone");
  }

  /** Of the phase's first timestep: the inversion begins with Z itself. */
  @Override
  public NoiseMix noiseMix(int step) {
    return inversions == 1 ? new NoiseMix(1, 0) : mix;
  }

  @Override
  public double sigma(int step) {
    if (isInversion(step) || step == steps()) {
      return 0;
    }
    return refining == null ? sigma : refining.sigma(step - inversions);
  }

  @Override
  public boolean isStochastic() {
    return refining == null || refining.isStochastic();
  }

  @Override
  public void step(
      int step,
      float[] latent,
      float[] prediction,
      SolverHistory history,
      @Nullable StepNoise noise) {
    if (isInversion(step)) {
      float kept = (float) (mix.signal() + mix.noise() * noiseAtZero.sample());
      combine(kept, latent, (float) (mix.noise() * noiseAtZero.prediction()), prediction, latent);
    } else if (refining == null) {
      injectAndClean(latent, prediction);
    } else {
      refining.step(step - inversions, latent, prediction, history, noise);
    }
  }

  private void injectAndClean(float[] latent, float[] prediction) {
    combine(
        (float) noiseAtStart.sample(),
        latent,
        (float) noiseAtStart.prediction(),
        prediction,
        prediction);
    float[] normals = new float[latent.length];
    AuxiliaryStream.of(seed, phase, 0, AuxiliaryStream.Purpose.INJECTION).normals().randn(normals);
    NoiseInjection.inject(prediction, normals, injection);
    float whole = 1 / mix.signal();
    combine(whole, latent, -mix.noise() * whole, prediction, latent);
  }

  private boolean isInversion(int step) {
    return step < inversions;
  }

  /** result ← a·x + b·p; the result may be one of them. */
  private static void combine(float a, float[] x, float b, float[] p, float[] result) {
    Bands.forEach(
        x.length,
        () ->
            (from, count) -> {
              for (int n = from; n < from + count; n++) {
                result[n] = a * x[n] + b * p[n];
              }
            });
  }
}
