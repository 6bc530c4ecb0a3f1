package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;

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
  };

  public abstract NoiseMix noiseMix(NoiseLevels levels, int step);

  public abstract float inputScale(NoiseLevels levels, int step);
}
