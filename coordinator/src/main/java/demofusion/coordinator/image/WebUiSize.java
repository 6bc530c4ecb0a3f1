package demofusion.coordinator.image;

/**
 * How large a picture WebUI draws where it is asked for these sides: {@code
 * calculate_target_resolution} of its processing.py, and its latents, which have one sample for 8
 * pixels and lose what is left over.
 */
public record WebUiSize(long width, long height) {
  private static final int PIXELS = 8; // of a latent sample's side, WebUI's opt_f

  /** A size as it is asked for. */
  public static WebUiSize of(long width, long height) {
    return new WebUiSize(whole(width), whole(height));
  }

  /** Hires fix by a factor. */
  public static WebUiSize scaled(int width, int height, double scale) {
    return of((long) (width * scale), (long) (height * scale));
  }

  /**
   * Hires fix to a size: where one side is 0, it follows from the other; where both are given, the
   * picture is made to cover them and cut, which can leave one sample more than was asked for.
   *
   * @param x the width that is wanted, or 0
   * @param y the height that is wanted, or 0, but not both
   */
  public static WebUiSize resized(int width, int height, int x, int y) {
    long byWidth = (long) x * height / width;
    long byHeight = (long) y * width / height;
    if (y == 0) {
      return of(x, byWidth);
    }
    if (x == 0) {
      return of(byHeight, y);
    }
    boolean isNarrower = (double) width / height < (double) x / y;
    return isNarrower ? of(x, cut(byWidth, y)) : of(cut(byHeight, x), y);
  }

  private static long cut(long side, long wanted) {
    return whole(side) - whole(side - wanted);
  }

  private static long whole(long side) {
    return side / PIXELS * PIXELS;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
