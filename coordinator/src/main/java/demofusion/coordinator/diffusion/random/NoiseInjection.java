package demofusion.coordinator.diffusion.random;

import demofusion.coordinator.diffusion.Parallel;

/**
 * Noise injection of fast mode (PixelRush; modes section 6): a prediction is turned a little
 * towards fresh noise on the sphere that both lie on, ε' = [sin(λΩ)·ε̂ + sin((1 − λ)Ω)·n]/sin Ω,
 * where Ω is the angle between them over the whole latent.
 */
public final class NoiseInjection {
  /** Nearer to one line than this, there is no arc to go along. */
  private static final double LEAST_SINE = 1e-4;

  /** Sums are taken over blocks of this size and then over the blocks in order. */
  private static final int BLOCK = 1 << 14;

  private NoiseInjection() {}

  /**
   * Changes a prediction in place.
   *
   * @param noise n, as long; not changed
   * @param weight λ: 1 leaves the prediction as it is, 0 makes it noise
   */
  public static void inject(float[] prediction, float[] noise, double weight) {
    double cosine =
        dot(prediction, noise) / StrictMath.sqrt(dot(prediction, prediction) * dot(noise, noise));
    double angle = StrictMath.acos(Math.max(-1, Math.min(1, cosine)));
    double sine = StrictMath.sin(angle);
    boolean isArc = sine >= LEAST_SINE; // not where a length is 0 either: no number is NaN's size
    float kept = (float) (isArc ? StrictMath.sin(weight * angle) / sine : weight);
    float added = (float) (isArc ? StrictMath.sin((1 - weight) * angle) / sine : 1 - weight);
    Parallel.forRanges(
        prediction.length,
        1 << 16,
        (from, to) -> {
          for (int n = from; n < to; n++) {
            prediction[n] = kept * prediction[n] + added * noise[n];
          }
        });
  }

  private static double dot(float[] left, float[] right) {
    double[] sums = new double[(left.length + BLOCK - 1) / BLOCK];
    Parallel.forRanges(
        sums.length,
        4,
        (from, to) -> {
          for (int block = from; block < to; block++) {
            int end = Math.min(left.length, (block + 1) * BLOCK);
            double sum = 0;
            for (int n = block * BLOCK; n < end; n++) {
              sum += (double) left[n] * right[n];
            }
            sums[block] = sum;
          }
        });
    double sum = 0;
    for (double ofBlock : sums) {
      sum += ofBlock;
    }
    return sum;
  }
}
