package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;

/**
 * The scalars of UniPC's two updates (arXiv 2302.04867, equations 3 and 8, on clean latents as in
 * algorithms 7 and 8):
 *
 * <pre>
 *   UniP   x' = (s'/s)·x − α'·(e^(−h) − 1)·z₀ − α'·B(h)·ρ·(z₁ − z₀)/r
 *   UniC   x  = (s/s₋)·x₋ − α·(e^(−h) − 1)·z₁ − α·B(h)·(ρ₀·(z₂ − z₁)/r + ρ₁·(z₀ − z₁))
 *   B(h)      = e^(−h) − 1 (bh2) or −h (bh1)
 * </pre>
 *
 * z₀: the clean latent predicted at the step itself, z₁ and z₂: those of one and two steps before;
 * ' marks the next timestep, ₋ the one before, whose x₋ is the corrected one. A step is h = −ln of
 * its σ'/σ long in λ (in UniC, the step that is corrected); r < 0 is the length of the step before
 * it, backwards, in h. ρ = ½; ρ₀ and ρ₁ solve the paper's equation in two unknowns. The first order
 * has no term in r, and ρ₁ = ½.
 */
final class UniPcUpdates {
  private final NoiseLevels levels;
  private final boolean isBh1;

  /**
   * @param isBh1 whether B(h) is −h rather than e^(−h) − 1
   */
  UniPcUpdates(NoiseLevels levels, boolean isBh1) {
    this.levels = levels;
    this.isBh1 = isBh1;
  }

  /** The next x = sample·x + z0·z₀ + z1·z₁. */
  record Predictor(float sample, float z0, float z1) {}

  /** The corrected x = now·x + last·(the last step's corrected x) + z0·z₀ + z1·z₁ + z2·z₂. */
  record Corrector(float now, float last, float z0, float z1, float z2) {
    /** Leaves x as it is. */
    static final Corrector NONE = new Corrector(1, 0, 0, 0, 0);
  }

  Predictor predictor(int step, int order) {
    double signal = levels.signal(step + 1);
    double z0 = signal * (1 - levels.ratio(step));
    double z1 = 0;
    if (order == 2) {
      z1 = signal * b(step) / 2 * length(step) / length(step - 1);
    }
    double sample = levels.noise(step + 1) / levels.noise(step);
    return new Predictor((float) sample, (float) (z0 - z1), (float) z1);
  }

  /** Corrects what the step before, of that order, predicted. */
  Corrector corrector(int step, int order) {
    int before = step - 1;
    double h = length(before);
    double r = 0;
    double slopeShare = 0;
    double newShare = 0.5;
    if (order == 2) {
      r = -length(before - 1) / h;
      // ρ solves ρ₀ + ρ₁ = b₁ and r·ρ₀ + ρ₁ = b₂; φ are the paper's φ_k(−h)·(−h) less their limits.
      double phi1 = (1 - levels.ratio(before)) / h - 1;
      double phi2 = -phi1 / h - 0.5;
      double b1 = phi1 / b(before);
      double b2 = 2 * phi2 / b(before);
      slopeShare = (b1 - b2) / (1 - r) / r;
      newShare = b1 - (b1 - b2) / (1 - r);
    }
    double weight = -levels.signal(step) * b(before);
    double z1 = levels.signal(step) * (1 - levels.ratio(before)) - weight * (slopeShare + newShare);
    return new Corrector(
        0,
        (float) (levels.noise(step) / levels.noise(before)),
        (float) (weight * newShare),
        (float) z1,
        (float) (weight * slopeShare));
  }

  private double length(int step) {
    return levels.length(step);
  }

  private double b(int step) {
    return isBh1 ? -length(step) : levels.ratio(step) - 1;
  }
}
