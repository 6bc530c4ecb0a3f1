package demofusion.coordinator.image;

import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;

/**
 * Reads the pictures of a request: the masks of its regions, and the picture of which a part is
 * drawn anew, with its mask; and looks how large control pictures are.
 */
public final class RequestPictures {
  private static final String PICTURE = "of the request";
  private static final String MASK = "of the request's mask";

  /** As many as a picture may have that comes in a file. */
  private static final long MOST_EXTENDED = 100_000_000;

  private static final int LONGEST_SIDE = 16_384;
  private static final int MOST_ASPECT = 100;

  private RequestPictures() {}

  /** The request with the pixels of its pictures, which were accepted before. */
  public static RenderSpec read(RenderSpec spec) {
    return read(spec, Long.MAX_VALUE);
  }

  /**
   * The request with the pixels of its pictures.
   *
   * @param mostPixels of each
   * @throws DemofusionException BAD_REQUEST if one cannot be read, or has more
   */
  public static RenderSpec read(RenderSpec spec, long mostPixels) {
    return drawn(measured(spec), mostPixels);
  }

  /**
   * The request with the pixels of what it draws anew and where. What it is only steered by is not
   * looked at: a forecast may have anything in its place.
   *
   * @param mostPixels of each
   * @throws DemofusionException BAD_REQUEST if one cannot be read, or has more
   */
  public static RenderSpec drawn(RenderSpec spec, long mostPixels) {
    RenderSpec read = RegionMasks.read(spec, mostPixels);
    Inpainting asked = read.conditions().inpainting();
    if (asked == null) {
      return read;
    }
    PictureBytes mask = asked.mask();
    PictureBytes picture = read(asked.picture(), PICTURE, mostPixels, false);
    requireFew(asked, picture, mostPixels);
    Inpainting whole =
        asked.withPictures(picture, mask == null ? null : read(mask, MASK, mostPixels, true));
    return read.toBuilder().conditions(read.conditions().withInpainting(whole)).build();
  }

  /** An extended picture is as large as one that comes so large, before it is made. */
  private static void requireFew(Inpainting asked, PictureBytes picture, long mostPixels) {
    long most = Math.min(mostPixels, MOST_EXTENDED);
    PixelExtent extended = MaskedPicture.canvas(picture.pixels().orElseThrow().extent(), asked);
    if (asked.outpaint() != null && extended.area() > most) {
      throw DemofusionException.badRequest(
          "outpaint %s makes the picture %s, which are %s pixels, more than the %s that are accepted; extend it by less"
              .formatted(asked.outpaint(), extended, extended.area(), most));
    }
  }

  /** Control pictures are looked at; whoever makes assets of them reads them. */
  private static RenderSpec measured(RenderSpec spec) {
    ConditionSettings conditions = spec.conditions();
    for (AdapterUse use : conditions.adapters()) {
      use.pictures().forEach(picture -> requireUsual(use, picture));
    }
    return conditions.controls().isEmpty()
        ? spec
        : spec.toBuilder()
            .conditions(
                conditions.withControls(
                    conditions.controls().stream().map(RequestPictures::measured).toList()))
            .build();
  }

  /** A strip would be resized to its short side, and grow beyond all bounds. */
  private static void requireUsual(AdapterUse use, PictureBytes picture) {
    PixelExtent has = PictureReader.extent(picture.file(), "for IP-Adapter " + use.network());
    int longer = Math.max(has.width(), has.height());
    if (longer > LONGEST_SIDE || longer > MOST_ASPECT * Math.min(has.width(), has.height())) {
      throw DemofusionException.badRequest(
          "the picture of IP-Adapter %s has %s pixels; its sides must have at most %s, and neither more than %s times the other: cut it"
              .formatted(use.network(), has, LONGEST_SIDE, MOST_ASPECT));
    }
  }

  private static ControlUse measured(ControlUse use) {
    PictureBytes picture = use.picture();
    return picture == null || picture.extent().isPresent()
        ? use
        : use.withPicture(picture.with(PictureReader.extent(picture.file(), "for " + use.title())));
  }

  private static PictureBytes read(
      PictureBytes file, String name, long mostPixels, boolean isMask) {
    if (file.pixels().isPresent()) {
      return file;
    }
    RgbPicture picture =
        isMask
            ? PictureReader.readOnBlack(file.file(), name, mostPixels)
            : PictureReader.read(file.file(), name, mostPixels);
    byte[] values = isMask ? picture.grey() : picture.rgb();
    return file.with(new PictureBytes.Pixels(picture.extent(), values));
  }
}
