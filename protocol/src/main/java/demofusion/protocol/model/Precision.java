package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/** The floating-point type in which a network runs, and in which its weights lie there. */
public enum Precision {
  FLOAT32(4, 4),
  FLOAT16(2, 2),
  BFLOAT16(2, 2),
  /** Runs in float16; the UNet's matrices lie in eight bits (e4m3), a power of two for each row. */
  FLOAT16_FLOAT8(2, 1);

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

  /** Reads float32, float16 or bfloat16, or float16-float8 as records have it. */
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
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
