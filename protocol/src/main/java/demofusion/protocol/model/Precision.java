package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/** The floating-point type in which a network runs. */
public enum Precision {
  FLOAT32(4),
  FLOAT16(2),
  BFLOAT16(2);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per value. */
  public int bytes() {
    return bytes;
  }

  /** Reads float32, float16 or bfloat16. */
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
    return name().toLowerCase(Locale.ROOT);
  }
}
