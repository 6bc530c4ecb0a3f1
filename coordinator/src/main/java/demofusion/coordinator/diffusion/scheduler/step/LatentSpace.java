package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;

/** In which units a solver keeps the latent x of a clean latent z and noise ε. */
public enum LatentSpace {
  /** x = α·z + s·ε, of variance 1: what the model was trained on. */
  VARIANCE_PRESERVING {
    @Override
    public NoiseMix noiseMix(NoiseLevels levels, int step) {
      return new NoiseMix((float) levels.signal(step), (float) levels.noise(step));
    }

    @Override
    public float inputScale(NoiseLevels levels, int step) {
      return 1;
    }
  },

  /** x = z + σ·ε: Euler's; the model must be shown α·x. */
  SIGMA {
    @Override
    public NoiseMix noiseMix(NoiseLevels levels, int step) {
      return new NoiseMix(1, (float) levels.sigmas()[step]);
    }

    @Override
    public float inputScale(NoiseLevels levels, int step) {
      return (float) levels.signal(step);
    }
  },

  /** x = z + σ·ε, of a model that is told ¼·ln σ and must be shown x/√(σ² + σ_d²). */
  EDM {
    @Override
    public NoiseMix noiseMix(NoiseLevels levels, int step) {
      return SIGMA.noiseMix(levels, step);
    }

    @Override
    public float inputScale(NoiseLevels levels, int step) {
      double sigma = levels.sigmas()[step];
      return (float) (1 / Math.sqrt(sigma * sigma + SIGMA_DATA * SIGMA_DATA));
    }

    @Override
    public float fusionTimestep(NoiseLevels levels, int step) {
      return (float) TrainingSchedule.usual().timestepAt(levels.sigmas()[step]);
    }
  };

  /** σ_d, the deviation of latents in EDM's training. */
  public static final double SIGMA_DATA = 0.5;

  public abstract NoiseMix noiseMix(NoiseLevels levels, int step);

  public abstract float inputScale(NoiseLevels levels, int step);

  /** t among the training's timesteps, whatever the model is told. */
  public float fusionTimestep(NoiseLevels levels, int step) {
    return levels.timesteps()[step];
  }
}
