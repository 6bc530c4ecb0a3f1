package demofusion.coordinator.image.recorded;

import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.latent.PixelExtent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A box with a prompt of its own of WebUI's Tiled Diffusion, as its script and its infotext have
 * it, and the region that it is here (conditioning section 3).
 *
 * <p>Tiled Diffusion blends a box of type Foreground over what lies below, with an edge that rises
 * as a square from its border inwards; here the edge is a straight line of that width around the
 * border. Boxes of type Background have hard edges.
 *
 * @param x of the left side, in shares of the width
 * @param negative empty: none of its own
 * @param feather of a box of type Foreground: the width of its edge, in halves of the shorter side
 */
public record TiledBox(
    double x,
    double y,
    double width,
    double height,
    String prompt,
    String negative,
    boolean isForeground,
    double feather) {
  private static final int PIXELS = 8; // of a latent sample's side, WebUI's opt_f
  private static final int DIGITS = 4; // that Tiled Diffusion keeps

  /** As Tiled Diffusion's user interface has them before anybody moves them. */
  public static final TiledBox STANDARD = new TiledBox(0.4, 0.4, 0.2, 0.2, "", "", false, 0.2);

  /**
   * The region; empty: the box has nothing of the picture, and is skipped as by Tiled Diffusion.
   *
   * @param whole the picture's own prompt, to which a box's is appended, with its LoRAs cut out
   * @param wholeNegative the picture's own negative prompt; null: none
   * @param size of the picture; null: it is not known
   */
  public Optional<Region> region(
      String whole, @Nullable String wholeNegative, @Nullable PixelExtent size) {
    if (!Double.isFinite(x + y + width + height)) {
      return Optional.empty();
    }
    BigDecimal left = share(Math.max(0, x));
    BigDecimal top = share(Math.max(0, y));
    double right = Math.min(1, left.add(share(width)).doubleValue());
    double bottom = Math.min(1, top.add(share(height)).doubleValue());
    if (!(left.doubleValue() < right && top.doubleValue() < bottom)) {
      return Optional.empty();
    }
    RegionRectangle area =
        new RegionRectangle(left.doubleValue(), top.doubleValue(), right, bottom);
    return Optional.of(
        new Region(
            area,
            null,
            appended(whole, prompt),
            negative.isEmpty() ? null : appended(blankIfNone(wholeNegative), negative),
            null,
            feather(area, size)));
  }

  /** Four digits, as Tiled Diffusion rounds them. */
  private static BigDecimal share(double value) {
    return BigDecimal.valueOf(value).setScale(DIGITS, RoundingMode.HALF_EVEN);
  }

  private static String appended(String whole, String own) {
    return own.isEmpty() ? whole : whole + ", " + own;
  }

  private static String blankIfNone(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** In pixels of the picture; null: the standard. */
  private @Nullable Double feather(RegionRectangle area, @Nullable PixelExtent size) {
    if (!isForeground) {
      return 0.0;
    }
    if (size == null) {
      return null;
    }
    double wide = Math.ceil((area.right() - area.left()) * size.width() / PIXELS);
    double high = Math.ceil((area.bottom() - area.top()) * size.height() / PIXELS);
    double half = Math.floor(Math.min(wide, high) / 2);
    return PIXELS * Math.floor(half * Math.max(0, Math.min(1, feather)));
  }
}
