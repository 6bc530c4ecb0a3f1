package demofusion.protocol.latent;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import demofusion.protocol.api.request.method.GuidanceSplit;
import org.jspecify.annotations.Nullable;

/**
 * Classifier-free guidance (spec section 5), stronger for high frequencies where it is split (modes
 * section 4):
 *
 * <pre>
 *   Δ = ε_text − ε_uncond
 *   ε = (ε_uncond + g·Δ)                           not split
 *   ε = (ε_uncond + w_hi·Δ) + (w_lo − w_hi)·L(Δ)   split, by {@link SplitLowPass} L
 * </pre>
 *
 * in this order, each operation rounded to float32, here and on workers' devices.
 *
 * @param scale g in ε = ε_uncond + g·(ε_text − ε_uncond); at 1 or below there is no unconditional
 *     half
 * @param rescale r in [0, 1]: how far the result's spread is pulled back to the text half's (Lin et
 *     al. 2023, section 3.4)
 * @param split null: all frequencies alike
 */
public record Guidance(float scale, float rescale, @Nullable Split split) {
  public static final Range SCALE = new Range("guidance scale", 0, 1000);
  public static final Range RESCALE = new Range("guidance rescale", 0, 1);

  /**
   * Stronger guidance for high frequencies.
   *
   * @param high w_hi
   * @param kind what parts them
   * @param lowHeight m, the size at which {@code fa} keeps low frequencies; unused by {@code
   *     wavelet}
   * @param lowWidth m of the other axis
   */
  public record Split(float high, GuidanceSplit kind, int lowHeight, int lowWidth) {
    private static final Range HIGH = new Range("guidance high", 0, 1000);

    public Split {
      HIGH.require(high);
      if (kind == GuidanceSplit.FA && (lowHeight < 1 || lowWidth < 1)) {
        throw DemofusionException.badRequest(
            "guidance split fa keeps %s×%s samples of a window; each must be at least 1"
                .formatted(lowHeight, lowWidth));
      }
    }
  }

  /** Guidance of all frequencies alike. */
  public Guidance(float scale, float rescale) {
    this(scale, rescale, null);
  }

  public Guidance {
    SCALE.require(scale);
    RESCALE.require(rescale);
  }

  /** The same, split; null: not split. */
  public Guidance withSplit(@Nullable Split other) {
    return new Guidance(scale, rescale, other);
  }

  /** Whether the unconditional half is computed at all. */
  public boolean isActive() {
    return scale > 1;
  }

  /** What Δ is multiplied by: w_hi where guidance is split. */
  public float differenceScale() {
    return split == null ? scale : split.high();
  }

  /** What L(Δ) is multiplied by: w_lo − w_hi, where w_lo is g, with a wavelet 1. */
  public float lowScale() {
    if (split == null) {
      return 0;
    }
    double low = split.kind() == GuidanceSplit.WAVELET ? 1 : scale;
    return (float) (low - split.high());
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
    guide(text.values(), 0, unconditional.values(), 0, guided, guided.length);
    if (split != null) {
      addLow(SplitLowPass.of(split, text), guided, text.values(), unconditional.values());
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

  /**
   * Whether each sample is guided by itself, so that {@link #guide} is all of it: neither split nor
   * rescaled.
   */
  public boolean isBySample() {
    return split == null && rescale == 0;
  }

  /**
   * The step of it that looks at each sample by itself: ε_uncond + g·Δ, or w_hi·Δ where it is
   * split.
   *
   * @param text samples from {@code textAt} on
   * @param unconditional samples from {@code unconditionalAt} on
   * @param guided becomes the result, from 0 on
   * @param count of samples
   */
  public void guide(
      float[] text,
      int textAt,
      float[] unconditional,
      int unconditionalAt,
      float[] guided,
      int count) {
    float share = differenceScale();
    for (int n = 0; n < count; n++) {
      float u = unconditional[unconditionalAt + n];
      guided[n] = u + share * (text[textAt + n] - u);
    }
  }

  private void addLow(SplitLowPass lowPass, float[] guided, float[] text, float[] unconditional) {
    float share = lowScale();
    float[] plane = new float[lowPass.height() * lowPass.width()];
    for (int from = 0; from < guided.length; from += plane.length) {
      for (int n = 0; n < plane.length; n++) {
        plane[n] = text[from + n] - unconditional[from + n];
      }
      float[] low = lowPass.apply(plane);
      for (int n = 0; n < plane.length; n++) {
        guided[from + n] += share * low[n];
      }
    }
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
