package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.random.StepNoise;
import org.jspecify.annotations.Nullable;

/**
 * One solver's schedule for one number of steps, the same for every phase: what {@code
 * Schedulers} makes of scheduler_config.json. Immutable; what a solver remembers from step
 * to step is in a {@link SolverHistory}. A phase may begin at any step, with an empty history.
 */
public interface Scheduler {
  /** The timesteps of a phase. */
  int steps();

  /** t, which the model is told; a fraction where diffusers' is one. */
  float timestep(int step);

  /** What the latent is multiplied by before the model sees it. */
  float inputScale(int step);

  /** What standard normals are multiplied by to begin at step 0 from noise alone. */
  float initNoiseSigma();

  /** How noise is added to a clean latent to begin at that step from it. */
  NoiseMix noiseMix(int step);

  /** σ, noise over signal, before that step; {@code sigma(steps())} is where a phase ends. */
  double sigma(int step);

  /** Whether {@link #step} draws noise of its own. */
  boolean isStochastic();

  /**
   * One step of the solver (spec section 6), by linear combinations of whole arrays.
   *
   * @param step from 0; within a phase steps follow one another without a gap
   * @param latent x at that step, becomes x at the next; (channels, height, width), row-major
   * @param prediction what the model said of it, fused over all views; the same shape
   * @param history of this phase; cleared before its first step
   * @param noise of this phase; needed by stochastic solvers only
   */
  void step(
      int step,
      float[] latent,
      float[] prediction,
      SolverHistory history,
      @Nullable StepNoise noise);
}
