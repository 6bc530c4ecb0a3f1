package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.scheduler.NoiseMix;

/**
 * Skip residual (paper, section 3.2; spec section 2): pulls the latent back to the noised result of
 * the phase before.
 */
final class SkipResidual {
  private static final int GRAIN = 1 << 16;

  private SkipResidual() {}

  /**
   * x ← (1 − c1)·x + c1·(signal·z + noise·ε), in place.
   *
   * @param weight c1
   * @param upscaled z, the phase's starting latent, same length as the latent
   * @param noise ε, the phase's one noise, same length
   */
  static void apply(float[] latent, double weight, float[] upscaled, float[] noise, NoiseMix mix) {
    float keep = (float) (1 - weight);
    float signal = (float) (weight * mix.signal());
    float noisy = (float) (weight * mix.noise());
    Parallel.forRanges(
        latent.length,
        GRAIN,
        (from, to) -> {
          for (int n = from; n < to; n++) {
            latent[n] = keep * latent[n] + (signal * upscaled[n] + noisy * noise[n]);
          }
        });
  }

  /** n ← signal·z + noise·ε: where a phase begins. */
  static void invert(float[] latent, float[] upscaled, float[] noise, NoiseMix mix) {
    float signal = mix.signal();
    float noisy = mix.noise();
    Parallel.forRanges(
        latent.length,
        GRAIN,
        (from, to) -> {
          for (int n = from; n < to; n++) {
            latent[n] = signal * upscaled[n] + noisy * noise[n];
          }
        });
  }
}
