package demofusion.deploy.compare.measure;

/** Planes made smaller, bilinear and as wide as the ratio, so that nothing is skipped. */
final class Resampling {
  private Resampling() {}

  /**
   * @param values (height, width), row-major
   * @return (toHeight, toWidth)
   */
  static float[] resized(float[] values, int width, int height, int toWidth, int toHeight) {
    float[] narrow = new float[toWidth * height];
    float[][] across = weights(width, toWidth);
    for (int x = 0; x < toWidth; x++) {
      float[] weights = across[x];
      int first = (int) weights[0];
      for (int y = 0; y < height; y++) {
        float sum = 0;
        for (int k = 1; k < weights.length; k++) {
          sum += weights[k] * values[y * width + first + k - 1];
        }
        narrow[y * toWidth + x] = sum;
      }
    }
    float[] small = new float[toWidth * toHeight];
    float[][] down = weights(height, toHeight);
    for (int y = 0; y < toHeight; y++) {
      float[] weights = down[y];
      int first = (int) weights[0];
      for (int k = 1; k < weights.length; k++) {
        int from = (first + k - 1) * toWidth;
        for (int x = 0; x < toWidth; x++) {
          small[y * toWidth + x] += weights[k] * narrow[from + x];
        }
      }
    }
    return small;
  }

  /** For each sample: the first one that it is made of, then their weights. */
  private static float[][] weights(int length, int toLength) {
    double ratio = (double) length / toLength;
    double reach = Math.max(1, ratio);
    float[][] all = new float[toLength][];
    for (int n = 0; n < toLength; n++) {
      double centre = (n + 0.5) * ratio;
      int first = Math.max(0, (int) (centre - reach + 0.5));
      int last = Math.min(length, (int) (centre + reach + 0.5));
      float[] weights = new float[last - first + 1];
      double total = 0;
      for (int k = first; k < last; k++) {
        total += Math.max(0, 1 - Math.abs(k - centre + 0.5) / reach);
      }
      weights[0] = first;
      for (int k = first; k < last; k++) {
        double weight = Math.max(0, 1 - Math.abs(k - centre + 0.5) / reach);
        weights[k - first + 1] = (float) (weight / total);
      }
      all[n] = weights;
    }
    return all;
  }
}
