package demofusion.coordinator.image.condition;

import demofusion.coordinator.diffusion.condition.CentreCrop;
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
import demofusion.protocol.work.Asset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * A control picture as its network wants it, before any resizing (conditioning section 2.3): 8-bit
 * RGB, what is transparent on black; its edges or its negative, where they are asked for; and of
 * that the middle of the image's aspect.
 */
final class ControlPixels {
  private static final int COLOURS = 3;

  private ControlPixels() {}

  /** For sentences of {@link PictureReader}. */
  static String name(ControlUse use) {
    return "for ControlNet " + use.network();
  }

  /**
   * @param target size of the image
   * @param mostPixels that the picture may have
   * @throws DemofusionException BAD_REQUEST if it cannot be read, or has more
   */
  static RgbPicture of(ControlUse use, PictureBytes picture, PixelExtent target, long mostPixels) {
    RgbPicture read = PictureReader.readOnBlack(picture.file(), name(use), mostPixels);
    ControlMake make = use.make();
    if (make != null) {
      read = make.isCanny() ? edges(read, make) : negative(read);
    }
    return use.fit() == ControlFit.CROP ? crop(read, CentreCrop.of(read.extent(), target)) : read;
  }

  /**
   * Whether something can be made of it.
   *
   * @throws DemofusionException BAD_REQUEST if it cannot be read, has more pixels, or takes too
   *     many bytes for one asset
   */
  static void require(ControlUse use, PictureBytes picture, PixelExtent target, long mostPixels) {
    PixelExtent has = PictureReader.extent(picture.file(), name(use));
    if (mayBeLarge(has)) {
      png(of(use, picture, target, mostPixels), name(use));
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
