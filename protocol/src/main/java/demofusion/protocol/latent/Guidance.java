package demofusion.protocol.latent;

import demofusion.protocol.Range;

/**
 * Classifier-free guidance (spec section 5).
 *
 * @param scale g in ε = ε_uncond + g·(ε_text − ε_uncond); at 1 or below there is no unconditional
 *     half
 * @param rescale r in [0, 1]: how far the result's spread is pulled back to the text half's (Lin et
 *     al. 2023, section 3.4)
 */
public record Guidance(float scale, float rescale) {
  public static final Range SCALE = new Range("guidance scale", 0, 1000);
  public static final Range RESCALE = new Range("guidance rescale", 0, 1);

  public Guidance {
    SCALE.require(scale);
    RESCALE.require(rescale);
  }

  /** Whether the unconditional half is computed at all. */
  public boolean isActive() {
    return scale > 1;
  }

  /**
   * Guides one half with the other: the same function that workers apply on their devices, used by
   * the coordinator where the view batch is half.
   *
   * @param text (views, channels, height, width) noise predicted with the prompt
   * @param unconditional the same shape, predicted with the negative prompt
   * @return a new tensor of that shape
   */
  public Tensor apply(Tensor text, Tensor unconditional) {
    float[] guided = new float[text.values().length];
    for (int n = 0; n < guided.length; n++) {
      float u = unconditional.values()[n];
      guided[n] = u + scale * (text.values()[n] - u);
    }
    if (rescale > 0) {
      int views = text.shape()[0];
      int size = guided.length / views;
      for (int view = 0; view < views; view++) {
        rescaleView(guided, text.values(), view * size, size);
      }
    }
    return new Tensor(text.shape(), guided);
  }

  private void rescaleView(float[] guided, float[] text, int from, int size) {
    float ratio = (float) (deviation(text, from, size) / deviation(guided, from, size));
    for (int n = from; n < from + size; n++) {
      guided[n] = rescale * (guided[n] * ratio) + (1 - rescale) * guided[n];
    }
  }

  /** Unbiased standard deviation, as torch's {@code std}. */
  private static double deviation(float[] values, int from, int size) {
    double sum = 0;
    for (int n = from; n < from + size; n++) {
      sum += values[n];
    }
    double mean = sum / size;
    double squares = 0;
    for (int n = from; n < from + size; n++) {
      double difference = values[n] - mean;
      squares += difference * difference;
    }
    return Math.sqrt(squares / (size - 1));
  }
}
