package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/**
 * The floating-point type in which a network runs, and where a device has a choice, that in which
 * it sums up: both decide a picture's bits.
 */
public enum Precision {
  FLOAT32(4),
  FLOAT16(2),
  BFLOAT16(2),
  /** float16 whose matrix products are summed up in float16 too, not in float32. */
  FLOAT16_FAST_ACCUMULATION(2);

  private static final String FAST_ACCUMULATION = "+fast-accumulation";

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per value. */
  public int bytes() {
    return bytes;
  }

  public boolean isFastAccumulation() {
    return this == FLOAT16_FAST_ACCUMULATION;
  }

  /** Reads float32, float16 or bfloat16, and what records have of fast accumulation. */
  public static Precision parse(String text) {
    for (Precision precision : values()) {
      if (precision.toString().equals(text)) {
        return precision;
      }
    }
    throw DemofusionException.badRequest(
        "precision \"" + text + "\" must be float32, float16 or bfloat16");
  }

  @Override
  public String toString() {
    return isFastAccumulation() ? FLOAT16 + FAST_ACCUMULATION : name().toLowerCase(Locale.ROOT);
  }
}
