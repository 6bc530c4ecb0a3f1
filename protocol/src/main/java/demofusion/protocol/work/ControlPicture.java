package demofusion.protocol.work;

import demofusion.protocol.latent.PixelExtent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A picture as a phase sees it: a file that the worker has, resized once or several times
 * (conditioning section 2.3). The worker computes of it only what its views look at.
 *
 * @param file an {@link Asset.PictureFile}, 8-bit RGB
 * @param mask an {@link Asset.PictureFile} of the same shape; a pixel of the result is −1 where any
 *     of its pixels of 128 and more lies (conditioning section 2.4); null: there is none
 * @param resizings in their order; only the first may be one of 8-bit pixels
 */
public record ControlPicture(AssetId file, @Nullable AssetId mask, List<Resizing> resizings) {
  /** How many sizes a picture may go through, one for each phase. */
  public static final int MOST_RESIZINGS = 64;

  /** How. */
  public enum Filter {
    /** Pillow's of 8-bit pixels. */
    LANCZOS,
    /** The latent's, of pixels in [0, 1], not clamped. */
    BICUBIC
  }

  /** One of them. */
  public record Resizing(Filter filter, PixelExtent to) {}

  public ControlPicture {
    resizings = List.copyOf(resizings);
    if (resizings.isEmpty() || resizings.size() > MOST_RESIZINGS) {
      throw new IllegalArgumentException(resizings.size() + " resizings of a control picture");
    }
    if (resizings.stream().skip(1).anyMatch(each -> each.filter() == Filter.LANCZOS)) {
      throw new IllegalArgumentException("only the first resizing can be one of 8-bit pixels");
    }
  }

  /** Its size in the end, in pixels. */
  public PixelExtent extent() {
    return resizings.get(resizings.size() - 1).to();
  }

  Set<AssetId> assets() {
    Set<AssetId> assets = new LinkedHashSet<>();
    assets.add(file);
    if (mask != null) {
      assets.add(mask);
    }
    return assets;
  }
}
