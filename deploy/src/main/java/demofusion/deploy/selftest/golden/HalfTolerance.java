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

  /** The UNet's weights, which alone are kept in float8, have seven bits of mantissa less. */
  private static final double FLOAT8 = 16;

  /** Of a whole run; a picture of nothing is off by 1. */
  private static final double MOST = 0.5;

  private HalfTolerance() {}

  /**
   * @param network text, unet, decode, encode or run
   */
  public static double of(String network, Precision precision) {
    return switch (network) {
      case "text", "decode", "encode" ->
          0.005 * (precision == Precision.FLOAT16_FLOAT8 ? 1 : times(precision));
      case "unet" -> 0.03 * times(precision); // guided too, which differs 7.5 times as much
      default -> Math.min(MOST, 0.07 * times(precision)); // every timestep adds its own
    };
  }

  private static double times(Precision precision) {
    return switch (precision) {
      case BFLOAT16 -> BFLOAT16;
      case FLOAT16_FLOAT8 -> FLOAT8;
      case FLOAT16_FAST_ACCUMULATION -> FAST_ACCUMULATION;
      case FLOAT16, FLOAT32 -> 1;
    };
  }
}
