package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.random.StepNoise;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What all solvers share: the trajectory and the units of the latent. */
abstract class SolverBase implements Scheduler {
  /** Samples that one thread takes at once: its arrays then fit into the second-level cache. */
  static final int GRAIN = 1 << 15;

  /** Samples that are copied at once to where the inner loops run, with one index for all. */
  static final int BAND = 1 << 12;

  private static final float[] NOTHING = {};

  private final NoiseLevels levels;
  private final LatentSpace space;
  private final float initNoiseSigma;
  private final boolean stochastic;

  SolverBase(NoiseLevels levels, LatentSpace space, double initNoiseSigma, boolean stochastic) {
    this.levels = levels;
    this.space = space;
    this.initNoiseSigma = (float) initNoiseSigma;
    this.stochastic = stochastic;
  }

  @Override
  public final int steps() {
    return levels.steps();
  }

  @Override
  public final float timestep(int step) {
    return levels.timesteps()[step];
  }

  @Override
  public final float inputScale(int step) {
    return space.inputScale(levels, step);
  }

  @Override
  public final float initNoiseSigma() {
    return initNoiseSigma;
  }

  @Override
  public final NoiseMix noiseMix(int step) {
    return space.noiseMix(levels, step);
  }

  @Override
  public final double sigma(int step) {
    return levels.sigmas()[step];
  }

  @Override
  public final boolean isStochastic() {
    return stochastic;
  }

  /** This step's normals; an empty array where the solver adds none. */
  static float[] draw(
      int step, float share, int length, SolverHistory history, @Nullable StepNoise noise) {
    if (share == 0) {
      return NOTHING;
    }
    float[] normals = history.scratch(length);
    Objects.requireNonNull(noise, "a stochastic solver needs noise").fill(step, normals);
    return normals;
  }
}
