package demofusion.coordinator.diffusion.scheduler.level;

/**
 * Training whose last timestep is noise alone (Lin et al., "Common Diffusion Noise Schedules and
 * Sample Steps are Flawed", arXiv 2305.08891, algorithm 1; diffusers' rescale_betas_zero_snr):
 *
 * <pre>
 *   a_t ← (a_t − a_T)·a_0/(a_0 − a_T)      a_t = √ᾱ_t
 *   β_0 = 1 − a_0²      β_t = 1 − a_t²/a_(t−1)²
 * </pre>
 *
 * In float32 throughout, as diffusers has it. Such models predict velocities and are made for
 * trailing timesteps.
 */
final class ZeroTerminalSnr {
  /** ᾱ at the last timestep where a solver divides by it: σ is 4096. DDIM and LCM keep 0. */
  static final float LEAST_SIGNAL = 0x1p-24f;

  private ZeroTerminalSnr() {}

  /**
   * @param alphaBars ᾱ (timesteps)
   */
  static float[] betas(float[] alphaBars) {
    float first = (float) Math.sqrt(alphaBars[0]);
    float last = (float) Math.sqrt(alphaBars[alphaBars.length - 1]);
    float stretch = first / (first - last);
    float[] betas = new float[alphaBars.length];
    float before = 1;
    for (int t = 0; t < betas.length; t++) {
      float root = ((float) Math.sqrt(alphaBars[t]) - last) * stretch;
      float alphaBar = root * root;
      betas[t] = 1 - alphaBar / before;
      before = alphaBar;
    }
    return betas;
  }
}
