package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.storage.Bands;
import demofusion.coordinator.diffusion.storage.Slab;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all solvers share: the trajectory, the units of the latent, and how a step goes through the
 * latent, band by band. A solver says what becomes of one band: an {@link Update}.
 */
public abstract class SolverBase implements Scheduler {
  private static final float[] NOTHING = {};

  /** One step: a linear combination whose scalars were computed when the solver was made. */
  public interface Update {
    /**
     * @param xs a band of x, becomes that of the next x
     * @param predictions what the model said of it
     * @param memory a band of each slab that the solver remembers, becomes what the next step needs
     */
    void apply(float[] xs, float[] predictions, float[][] memory);

    /** What fresh normals are multiplied by before they are added; 0 for none. */
    default float noise() {
      return 0;
    }

    /** Which of the step's normals they are, from 0. */
    default int draw() {
      return 0;
    }
  }

  private final NoiseLevels levels;
  private final LatentSpace space;
  private final float initNoiseSigma;
  private final boolean stochastic;
  private final List<String> memory;

  /**
   * @param memory names of the slabs that the solver remembers from step to step
   */
  protected SolverBase(
      NoiseLevels levels,
      LatentSpace space,
      double initNoiseSigma,
      boolean stochastic,
      List<String> memory) {
    this.levels = levels;
    this.space = space;
    this.initNoiseSigma = (float) initNoiseSigma;
    this.stochastic = stochastic;
    this.memory = memory;
  }

  /**
   * What a step does.
   *
   * @param done steps before it in its phase, which multistep solvers remember
   */
  protected abstract Update update(int step, int done);

  /** What the second half of a step does that takes two evaluations. */
  protected Update secondUpdate(int step) {
    throw new IllegalStateException("step " + step + " has one evaluation");
  }

  @Override
  public final void step(
      int step,
      float[] latent,
      float[] prediction,
      SolverHistory history,
      @Nullable StepNoise noise) {
    int evaluations = evaluations(step, history.steps());
    Update update = history.evaluation() == 0 ? update(step, history.steps()) : secondUpdate(step);
    List<Slab> slabs = memory.stream().map(name -> history.slab(name, latent.length)).toList();
    float[] normals = draw(step, update, latent.length, history, noise);
    Bands.forEach(
        latent.length,
        () -> {
          float[] xs = new float[Bands.LENGTH];
          float[] predictions = new float[Bands.LENGTH];
          float[][] remembered = new float[slabs.size()][Bands.LENGTH];
          return (from, count) -> {
            System.arraycopy(latent, from, xs, 0, count);
            System.arraycopy(prediction, from, predictions, 0, count);
            for (int n = 0; n < remembered.length; n++) {
              history.recall(slabs.get(n), from, remembered[n], count);
            }
            update.apply(xs, predictions, remembered);
            for (int n = 0; n < remembered.length; n++) {
              slabs.get(n).write(from, remembered[n], 0, count);
            }
            System.arraycopy(xs, 0, latent, from, count);
            if (update.noise() != 0) {
              add(update.noise(), normals, latent, from, from + count);
            }
          };
        });
    history.advance(evaluations);
  }

  private static void add(float share, float[] normals, float[] latent, int from, int to) {
    for (int n = from; n < to; n++) {
      latent[n] += share * normals[n];
    }
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
  public final float fusionTimestep(int step) {
    return space.fusionTimestep(levels, step);
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
  private static float[] draw(
      int step, Update update, int length, SolverHistory history, @Nullable StepNoise noise) {
    if (update.noise() == 0) {
      return NOTHING;
    }
    float[] normals = history.scratch(length);
    Objects.requireNonNull(noise, "a stochastic solver needs noise")
        .fill(step, update.draw(), normals);
    return normals;
  }
}
