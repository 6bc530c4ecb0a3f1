package demofusion.coordinator.image;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.region.RegionMask;
import java.util.concurrent.atomic.AtomicLong;

/** Reads the masks of a request's regions. */
public final class RegionMasks {
  /** Of all masks together: what is held of them in memory. */
  private static final long MOST_PIXELS = 100_000_000;

  private static final String NAME = "of a region's mask";

  private RegionMasks() {}

  /** The request with the pixels of its masks, which were accepted before. */
  public static RenderSpec read(RenderSpec spec) {
    return read(spec, MOST_PIXELS);
  }

  /**
   * The request with the pixels of its masks.
   *
   * @param mostPixels of a mask
   * @throws DemofusionException BAD_REQUEST if one is no picture that can be read
   */
  public static RenderSpec read(RenderSpec spec, long mostPixels) {
    if (spec.regions().isEmpty()) {
      return spec;
    }
    AtomicLong left = new AtomicLong(Math.min(mostPixels, MOST_PIXELS));
    return spec.toBuilder().regions(spec.regions().withMasks(mask -> read(mask, left))).build();
  }

  /**
   * @param left pixels that this mask and those behind it may have
   */
  private static RegionMask read(RegionMask mask, AtomicLong left) {
    if (mask.pixels().isPresent()) {
      return mask;
    }
    long pixels = PictureReader.extent(mask.file(), NAME).area();
    if (left.addAndGet(-pixels) < 0) {
      throw DemofusionException.badRequest(
          "the masks of the regions have more than %s pixels together; make them smaller: they are only looked at sample by sample"
              .formatted(left.get() + pixels));
    }
    RgbPicture picture = PictureReader.readOnBlack(mask.file(), NAME, pixels);
    return mask.with(new RegionMask.Pixels(picture.extent(), picture.grey()));
  }
}
