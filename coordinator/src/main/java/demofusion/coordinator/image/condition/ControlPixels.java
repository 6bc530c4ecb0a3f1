package demofusion.coordinator.image.condition;

import demofusion.coordinator.diffusion.condition.CentreCrop;
import demofusion.coordinator.diffusion.mask.AreaPlace;
import demofusion.coordinator.diffusion.region.Edges;
import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlMake;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.picture.PillowResizing;
import demofusion.protocol.picture.ResizingKernel;
import demofusion.protocol.work.Asset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * A control picture as its network wants it, before any resizing (conditioning section 2.3): 8-bit
 * RGB, what is transparent on black; its edges or its negative, where they are asked for; of that
 * the middle of the image's aspect; and where an area of the image is all that is computed, what
 * lies there in the image's size (section 5.7).
 */
final class ControlPixels {
  private static final int COLOURS = 3;

  private ControlPixels() {}

  /** For sentences of {@link PictureReader}. */
  static String name(ControlUse use) {
    return "for ControlNet " + use.network();
  }

  /**
   * @param place of what is computed, in the image
   * @param mostPixels that the picture may have
   * @throws DemofusionException BAD_REQUEST if it cannot be read, or has more
   */
  static RgbPicture of(ControlUse use, PictureBytes picture, AreaPlace place, long mostPixels) {
    RgbPicture read = PictureReader.readOnBlack(picture.file(), name(use), mostPixels);
    ControlMake make = use.make();
    if (make != null) {
      read = made(read, make);
    }
    if (use.fit() == ControlFit.CROP) {
      read = crop(read, CentreCrop.of(read.extent(), place.whole()));
    }
    return place.isAll() ? read : area(read, place);
  }

  static RgbPicture made(RgbPicture picture, ControlMake make) {
    return make.isCanny() ? edges(picture, make) : negative(picture);
  }

  /**
   * Of the picture in the image's size the area's pixels; behind the image its last are repeated.
   */
  private static RgbPicture area(RgbPicture picture, AreaPlace place) {
    PixelExtent extent = place.extent();
    int height = Math.min(extent.height(), place.whole().height() - place.top());
    int width = Math.min(extent.width(), place.whole().width() - place.left());
    byte[] inside =
        new PillowResizing(picture.extent(), place.whole(), COLOURS, ResizingKernel.LANCZOS)
            .window(picture.rgb(), place.top(), place.left(), height, width);
    byte[] rgb = new byte[Math.toIntExact(COLOURS * extent.area())];
    for (int n = 0; n < extent.area(); n++) {
      int y = Math.min(n / extent.width(), height - 1);
      int x = Math.min(n % extent.width(), width - 1);
      System.arraycopy(inside, COLOURS * (y * width + x), rgb, COLOURS * n, COLOURS);
    }
    return new RgbPicture(extent, rgb);
  }

  /**
   * Whether something can be made of it.
   *
   * @throws DemofusionException BAD_REQUEST if it cannot be read, has more pixels, or takes too
   *     many bytes for one asset
   */
  static void require(ControlUse use, PictureBytes picture, AreaPlace place, long mostPixels) {
    PixelExtent has = PictureReader.extent(picture.file(), name(use));
    if (has.area() > mostPixels) {
      throw DemofusionException.badRequest(
          "the control picture of %s has %s pixels, %s of them, and this farm accepts at most %s of one, which every worker decodes whole: make it smaller, it is enlarged with the image"
              .formatted(use.network(), has, has.area(), mostPixels));
    }
    if (mayBeLarge(place.isAll() ? has : place.extent())) {
      png(of(use, picture, place, mostPixels), name(use));
    } else {
      PictureReader.readOnBlack(picture.file(), name(use), mostPixels);
    }
  }

  /** A PNG is hardly larger than its pixels: most need not be written to know that they fit. */
  static boolean mayBeLarge(PixelExtent extent) {
    return COLOURS * extent.area() > Asset.PictureFile.MOST_BYTES / 2;
  }

  private static RgbPicture edges(RgbPicture picture, ControlMake make) {
    int row = COLOURS * picture.extent().width();
    byte[] grey =
        Edges.of(
            picture.extent(),
            (from, count, into) ->
                System.arraycopy(picture.rgb(), from * row, into, 0, count * row),
            make.low(),
            make.high());
    return grey(picture.extent(), grey);
  }

  /** Levels of grey in all three colours. */
  static RgbPicture grey(PixelExtent extent, byte[] levels) {
    byte[] rgb = new byte[COLOURS * levels.length];
    for (int n = 0; n < rgb.length; n++) {
      rgb[n] = levels[n / COLOURS];
    }
    return new RgbPicture(extent, rgb);
  }

  private static RgbPicture negative(RgbPicture picture) {
    byte[] rgb = picture.rgb().clone();
    for (int n = 0; n < rgb.length; n++) {
      rgb[n] = (byte) (255 - rgb[n]);
    }
    return new RgbPicture(picture.extent(), rgb);
  }

  private static RgbPicture crop(RgbPicture picture, CentreCrop crop) {
    int width = COLOURS * crop.extent().width();
    byte[] rgb = new byte[Math.multiplyExact(width, crop.extent().height())];
    for (int y = 0; y < crop.extent().height(); y++) {
      int from = COLOURS * ((crop.top() + y) * picture.extent().width() + crop.left());
      System.arraycopy(picture.rgb(), from, rgb, y * width, width);
    }
    return new RgbPicture(crop.extent(), rgb);
  }

  /**
   * As workers read it.
   *
   * @param what it is, for the sentence
   * @throws DemofusionException BAD_REQUEST if it is too large for one asset
   */
  static byte[] png(RgbPicture picture, String what) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PngWriter.write(bytes, PixelRows.of(picture), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (bytes.size() > Asset.PictureFile.MOST_BYTES) {
      throw DemofusionException.badRequest(
          "image %s takes %s bytes as a PNG, and workers get at most %s: make it smaller than %s"
              .formatted(what, bytes.size(), Asset.PictureFile.MOST_BYTES, picture.extent()));
    }
    return bytes.toByteArray();
  }
}
