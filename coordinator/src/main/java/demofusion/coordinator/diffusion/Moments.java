package demofusion.coordinator.diffusion;

/**
 * Mean and unbiased standard deviation (n − 1) over a whole latent, as torch's {@code mean} and
 * {@code std}.
 *
 * <p>Sums are taken in double over blocks of fixed size and then over the blocks in order, so the
 * result does not depend on the number of cores.
 */
public record Moments(double mean, double deviation) {
  private static final int BLOCK = 1 << 14;

  public static Moments of(float[] samples) {
    return of(samples, samples.length);
  }

  /**
   * The moments of {@code count} samples of which those that are not in the array are zero (the
   * padding of dilated sampling).
   *
   * @param count at least {@code samples.length}
   */
  static Moments of(float[] samples, int count) {
    int blocks = (samples.length + BLOCK - 1) / BLOCK;
    double[] sums = new double[blocks];
    double[] squares = new double[blocks];
    Parallel.forRanges(
        blocks,
        4,
        (from, to) -> {
          for (int block = from; block < to; block++) {
            sumBlock(samples, block, sums, squares);
          }
        });
    double sum = 0;
    double square = 0;
    for (int block = 0; block < blocks; block++) {
      sum += sums[block];
      square += squares[block];
    }
    double mean = sum / count;
    double variance = Math.max(0, square - count * mean * mean) / Math.max(1, count - 1);
    return new Moments(mean, Math.sqrt(variance));
  }

  /** Two interleaved chains of additions, since one alone waits for its own last result. */
  private static void sumBlock(float[] samples, int block, double[] sums, double[] squares) {
    int from = block * BLOCK;
    int to = Math.min(samples.length, from + BLOCK);
    double evenSum = 0;
    double oddSum = 0;
    double evenSquares = 0;
    double oddSquares = 0;
    int n = from;
    for (; n + 1 < to; n += 2) {
      double even = samples[n];
      double odd = samples[n + 1];
      evenSum += even;
      oddSum += odd;
      evenSquares += even * even;
      oddSquares += odd * odd;
    }
    if (n < to) {
      double last = samples[n];
      evenSum += last;
      evenSquares += last * last;
    }
    sums[block] = evenSum + oddSum;
    squares[block] = evenSquares + oddSquares;
  }

  /**
   * Gives the samples, whose moments these are, the mean and deviation of another: (x −
   * mean)/deviation · other.deviation + other.mean, in place.
   */
  void standardise(float[] samples, Moments other) {
    float from = (float) mean;
    float ratio = deviation > 0 ? (float) (other.deviation / deviation) : 1f;
    float to = (float) other.mean;
    Parallel.forRanges(
        samples.length,
        1 << 16,
        (begin, end) -> {
          for (int n = begin; n < end; n++) {
            samples[n] = (samples[n] - from) * ratio + to;
          }
        });
  }
}
