package demofusion.coordinator.image;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.region.RegionMask;

/** Reads the masks of a request's regions. */
public final class RegionMasks {
  private RegionMasks() {}

  /** The request with the pixels of its masks, which were accepted before or are one's own. */
  public static RenderSpec read(RenderSpec spec) {
    return read(spec, Long.MAX_VALUE);
  }

  /**
   * The request with the pixels of its masks.
   *
   * @param mostPixels of a mask
   * @throws DemofusionException BAD_REQUEST if one is no picture that can be read
   */
  public static RenderSpec read(RenderSpec spec, long mostPixels) {
    return spec.regions().isEmpty()
        ? spec
        : spec.toBuilder()
            .regions(spec.regions().withMasks(mask -> read(mask, mostPixels)))
            .build();
  }

  private static RegionMask read(RegionMask mask, long mostPixels) {
    if (mask.pixels().isPresent()) {
      return mask;
    }
    RgbPicture picture = PictureReader.read(mask.file(), "of a region's mask", mostPixels);
    return mask.with(new RegionMask.Pixels(picture.extent(), picture.grey()));
  }
}
