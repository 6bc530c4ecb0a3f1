package demofusion.coordinator.diffusion.scheduler;

/** In which units a solver keeps the latent x of a clean latent z and noise ε. */
enum LatentSpace {
  /** x = α·z + s·ε, of variance 1: what the model was trained on. */
  VARIANCE_PRESERVING {
    @Override
    NoiseMix noiseMix(NoiseLevels levels, int step) {
      return new NoiseMix((float) levels.signal(step), (float) levels.noise(step));
    }

    @Override
    float inputScale(NoiseLevels levels, int step) {
      return 1;
    }
  },

  /** x = z + σ·ε: Euler's; the model must be shown α·x. */
  SIGMA {
    @Override
    NoiseMix noiseMix(NoiseLevels levels, int step) {
      return new NoiseMix(1, (float) levels.sigmas()[step]);
    }

    @Override
    float inputScale(NoiseLevels levels, int step) {
      return (float) levels.signal(step);
    }
  };

  abstract NoiseMix noiseMix(NoiseLevels levels, int step);

  abstract float inputScale(NoiseLevels levels, int step);
}
