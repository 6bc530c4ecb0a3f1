package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.Locale;
import java.util.Optional;

/**
 * The floating-point type in which a network runs, that in which its weights lie there, and where a
 * device has a choice, that in which it sums up: all decide a picture's bits.
 */
public enum Precision {
  FLOAT32(4, 4),
  FLOAT16(2, 2),
  BFLOAT16(2, 2),
  /** float16 whose matrix products are summed up in float16 too, not in float32. */
  FLOAT16_FAST_ACCUMULATION(2, 2),
  /** Runs in float16; the UNet's matrices lie in eight bits (e4m3), a power of two for each row. */
  FLOAT16_FLOAT8(2, 1);

  private static final String FLOAT8 = "float8";

  private final int bytes;
  private final int weightBytes;

  Precision(int bytes, int weightBytes) {
    this.bytes = bytes;
    this.weightBytes = weightBytes;
  }

  /** Bytes per value of what is computed. */
  public int bytes() {
    return bytes;
  }

  /** Bytes per value of the UNet's matrices. */
  public int weightBytes() {
    return weightBytes;
  }

  public boolean isFastAccumulation() {
    return this == FLOAT16_FAST_ACCUMULATION;
  }

  /**
   * Reads float32, float16 or bfloat16, and what records have of the others: float16-float8,
   * float16-fast-accumulation.
   */
  public static Precision parse(String text) {
    for (Precision precision : values()) {
      if (precision.toString().equals(text)) {
        return precision;
      }
    }
    throw DemofusionException.badRequest(
        "precision \"" + text + "\" must be float32, float16 or bfloat16");
  }

  /**
   * A precision, if any, whose weights lie in another type.
   *
   * @param weights float8, or empty
   */
  public static Optional<Precision> withWeights(
      Optional<Precision> precision, Optional<String> weights) {
    if (weights.isEmpty()) {
      return precision;
    }
    if (!weights.get().equals(FLOAT8)) {
      throw DemofusionException.badRequest("weights \"" + weights.get() + "\" must be float8");
    }
    Precision asked = precision.orElse(FLOAT16_FLOAT8);
    if (asked != FLOAT16 && asked != FLOAT16_FLOAT8) {
      throw DemofusionException.badRequest(
          "weights in float8 are computed with in float16 and cannot be in " + asked);
    }
    return Optional.of(FLOAT16_FLOAT8);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
