package demofusion.coordinator.image.recorded;

import demofusion.coordinator.image.WebUiSize;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The size that another program asked for, in pixels, and the one that came of it.
 *
 * @param wanted as it was asked for
 */
record DrawnSize(String wanted, int width, int height, WebUiSize drawn) {
  /** No program draws that many pixels a side, and products of two such sides are exact. */
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

  private static DrawnSize of(long width, long height) {
    return new DrawnSize(
        width + "x" + height, (int) width, (int) height, WebUiSize.of(width, height));
  }

  /** Null where a side is none, or none that can be. */
  static @Nullable DrawnSize of(@Nullable BigDecimal width, @Nullable BigDecimal height) {
    return width == null || height == null || !canBe(width) || !canBe(height)
        ? null
        : of(width.longValue(), height.longValue());
  }

  private static boolean canBe(BigDecimal side) {
    return side.signum() >= 0 && side.compareTo(MOST) < 0;
  }

  /** Null where the factor cannot be. */
  @Nullable DrawnSize times(BigDecimal factor) {
    // In floating point, as WebUI does it: 360 · 1.4 is 503 there.
    double by = factor.doubleValue();
    return of(BigDecimal.valueOf((long) (width * by)), BigDecimal.valueOf((long) (height * by)));
  }

  /**
   * Another size; of two sides the one that is 0 keeps the aspect, as in WebUI. Null where a side
   * cannot be.
   */
  @Nullable DrawnSize to(BigDecimal wide, BigDecimal high) {
    if (!canBe(wide) || !canBe(high)) {
      return null;
    }
    int x = wide.intValue();
    int y = high.intValue();
    if ((x == 0 && y == 0) || !isDrawable()) {
      return this;
    }
    WebUiSize size = WebUiSize.resized(width, height, x, y);
    return x > 0 && y > 0
        ? new DrawnSize(x + "x" + y, (int) size.width(), (int) size.height(), size)
        : of(size.width(), size.height());
  }

  boolean isDrawable() {
    return drawn.width() > 0 && drawn.height() > 0;
  }

  /** As it was drawn. */
  String rounded() {
    return drawn.toString();
  }
}
