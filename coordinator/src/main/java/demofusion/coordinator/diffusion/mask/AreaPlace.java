package demofusion.coordinator.diffusion.mask;

import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.latent.PixelExtent;
import org.jspecify.annotations.Nullable;

/**
 * Where what is computed lies in the picture that conditions are given for: regions and control
 * pictures are of the whole picture, and what is computed may be an area of it (conditioning
 * section 5.7).
 *
 * @param whole size of the picture, in pixels
 * @param top of the area's first row in it
 * @param left of its first column
 * @param extent of the area; it may end behind the picture, which is repeated there
 */
public record AreaPlace(PixelExtent whole, int top, int left, PixelExtent extent) {
  /** A picture that is computed whole. */
  public static AreaPlace all(PixelExtent picture) {
    return new AreaPlace(picture, 0, 0, picture);
  }

  /**
   * @param size of what is computed
   * @param masked null: all is drawn
   * @param cut where the picture of {@code masked} was cut out of a larger one; null: nowhere
   */
  public static AreaPlace of(
      PixelExtent size, @Nullable MaskedPicture masked, @Nullable PictureCut cut) {
    if (masked == null) {
      return all(size);
    }
    return cut == null
        ? new AreaPlace(masked.canvas(), masked.top(), masked.left(), size)
        : new AreaPlace(cut.whole(), cut.top() + masked.top(), cut.left() + masked.left(), size);
  }

  /** Whether the area is the picture. */
  public boolean isAll() {
    return whole.equals(extent);
  }
}
