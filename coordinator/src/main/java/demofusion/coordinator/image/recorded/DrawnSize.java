package demofusion.coordinator.image.recorded;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** The size that another program asked for, in pixels, and the one that came of it. */
record DrawnSize(BigDecimal width, BigDecimal height) {
  /** Latents are this many times smaller than pictures; sizes are rounded down to it. */
  private static final BigInteger PIXELS_PER_LATENT = BigInteger.valueOf(8);

  /** Null where a side is none. */
  static @Nullable DrawnSize of(@Nullable BigDecimal width, @Nullable BigDecimal height) {
    return width == null || height == null ? null : new DrawnSize(width, height);
  }

  DrawnSize times(BigDecimal factor) {
    return new DrawnSize(width.multiply(factor), height.multiply(factor));
  }

  /** Another size; of two sides the one that is 0 keeps the aspect, as in WebUI. */
  DrawnSize to(BigDecimal wide, BigDecimal high) {
    if (wide.signum() > 0 && high.signum() > 0) {
      return new DrawnSize(wide, high);
    }
    if (!isDrawable()) {
      return this;
    }
    if (wide.signum() > 0) {
      return new DrawnSize(wide, wide.multiply(height).divide(width, 0, RoundingMode.DOWN));
    }
    return high.signum() > 0
        ? new DrawnSize(high.multiply(width).divide(height, 0, RoundingMode.DOWN), high)
        : this;
  }

  boolean isDrawable() {
    return rounded(width).signum() > 0 && rounded(height).signum() > 0;
  }

  /** As it was asked for. */
  String wanted() {
    return width.toBigInteger() + "x" + height.toBigInteger();
  }

  /** As it was drawn. */
  String rounded() {
    return rounded(width) + "x" + rounded(height);
  }

  private static BigInteger rounded(BigDecimal side) {
    return side.toBigInteger().divide(PIXELS_PER_LATENT).multiply(PIXELS_PER_LATENT);
  }
}
