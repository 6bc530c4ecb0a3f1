package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.random.StepNoise;
import org.jspecify.annotations.Nullable;

/**
 * One solver's schedule for one number of steps, the same for every phase: what {@code Schedulers}
 * makes of scheduler_config.json. Immutable; what a solver remembers from step to step is in a
 * {@link SolverHistory}. A phase may begin at any step, with an empty history.
 *
 * <p>Most solvers ask the model once a step. Those of second order ask it again, at an intermediate
 * latent: such a step is made by two calls of {@link #step}, and the history knows which is next.
 */
public interface Scheduler {
  /** The timesteps of a phase. */
  int steps();

  /** t, which the model is told; a fraction where diffusers' is one. */
  float timestep(int step);

  /** What the latent is multiplied by before the model sees it. */
  float inputScale(int step);

  /**
   * How many evaluations of the model a step takes, 1 or 2.
   *
   * @param done steps before it in its phase
   */
  default int evaluations(int step, int done) {
    return 1;
  }

  /** t of the second evaluation of a step that has one. */
  default float secondTimestep(int step) {
    throw new IllegalArgumentException("step " + step + " has one evaluation");
  }

  /** What the intermediate latent is multiplied by before the model sees it. */
  default float secondInputScale(int step) {
    throw new IllegalArgumentException("step " + step + " has one evaluation");
  }

  /** σ at the second evaluation of a step that has one. */
  default double secondSigma(int step) {
    throw new IllegalArgumentException("step " + step + " has one evaluation");
  }

  /** t by which DemoFusion's cosine weights go: the model's, or that of the same noise level. */
  float fusionTimestep(int step);

  /** What standard normals are multiplied by to begin at step 0 from noise alone. */
  float initNoiseSigma();

  /** How noise is added to a clean latent to begin at that step from it. */
  NoiseMix noiseMix(int step);

  /** σ, noise over signal, before that step; {@code sigma(steps())} is where a phase ends. */
  double sigma(int step);

  /** Whether {@link #step} draws noise of its own. */
  boolean isStochastic();

  /** Whether {@link #step} makes each sample of that sample and its prediction alone. */
  default boolean isPointwise() {
    return false;
  }

  /**
   * One step of the solver (spec section 6), by linear combinations of whole arrays; or one half of
   * a step that takes two evaluations.
   *
   * @param step from 0; within a phase steps follow one another without a gap
   * @param latent x at that step, becomes x at the next, or the intermediate one; (channels,
   *     height, width), row-major
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
