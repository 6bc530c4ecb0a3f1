package demofusion.deploy.selftest.golden;

import demofusion.protocol.model.Precision;

/**
 * How far half precision may be from float32 on the same device: the root mean square difference in
 * units of the root mean square of the answer. About three times what a CPU does.
 */
public final class HalfTolerance {
  /** bfloat16 has three bits of mantissa less. */
  private static final double BFLOAT16 = 8;

  /** Sums of thousands of products lose bits on the way; unmeasured. */
  private static final double FAST_ACCUMULATION = 4;

  /** Weights that are kept in float8 have seven bits of mantissa less. */
  private static final double FLOAT8 = 16;

  private HalfTolerance() {}

  /**
   * @param network text, unet, decode, encode or run
   */
  public static double of(String network, Precision precision) {
    double float16 =
        switch (network) {
          case "text" -> 0.005;
          case "unet" -> 0.03; // guided predictions too, which differ 7.5 times as much
          case "decode", "encode" -> 0.005;
          default -> 0.07; // a whole run: every timestep adds its own
        };
    return switch (precision) {
      case BFLOAT16 -> BFLOAT16 * float16;
      case FLOAT16_FLOAT8 -> FLOAT8 * float16;
      case FLOAT16_FAST_ACCUMULATION -> FAST_ACCUMULATION * float16;
      case FLOAT16, FLOAT32 -> float16;
    };
  }
}
