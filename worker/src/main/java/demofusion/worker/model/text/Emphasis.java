package demofusion.worker.model.text;

/**
 * What weights do to the states that a tower gives for one chunk (docs/prompts.md §4): each token's
 * are multiplied, and all of them brought back to the mean that they had.
 */
public final class Emphasis {
  private Emphasis() {}

  /**
   * Changes states in place; if all weights are 1, not a bit.
   *
   * @param states (tokens, width)
   */
  public static void apply(float[] states, float[] weights) {
    if (isPlain(weights)) {
      return;
    }
    int width = states.length / weights.length;
    double before = mean(states);
    for (int n = 0; n < states.length; n++) {
      states[n] *= weights[n / width];
    }
    float factor = (float) (before / mean(states));
    if (Float.isFinite(factor)) {
      for (int n = 0; n < states.length; n++) {
        states[n] *= factor;
      }
    }
  }

  private static boolean isPlain(float[] weights) {
    for (float weight : weights) {
      if (weight != 1) {
        return false;
      }
    }
    return true;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
