package demofusion.coordinator.image.repair;

import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * Masks of other programs, made ours: a picture that is white where something is drawn anew
 * (conditioning section 5.1).
 */
public final class EditMask {
  private static final String NAME = "of the mask";
  private static final long MOST_PIXELS = 100_000_000;
  private static final int OPAQUE = 255;

  private EditMask() {}

  /**
   * WebUI's, as its {@code create_binary_mask} reads it: where anything is transparent, what is
   * opaque is meant, else what is white.
   *
   * @param isInverted whether the rest is meant
   * @return its own file, where that is such a picture already
   * @throws DemofusionException BAD_REQUEST if it is no picture
   */
  public static byte[] ofWebUi(byte[] mask, boolean isInverted) {
    RgbPicture alpha = PictureReader.readAlpha(mask, NAME, MOST_PIXELS);
    boolean isByAlpha = leastOf(alpha) < OPAQUE;
    if (!isByAlpha && !isInverted) {
      return mask;
    }
    byte[] grey = isByAlpha ? alpha.grey() : PictureReader.read(mask, NAME, MOST_PIXELS).grey();
    if (isInverted) {
      invert(grey);
    }
    return png(alpha.extent(), grey);
  }

  /**
   * OpenAI's: what is transparent is meant.
   *
   * @return empty: nothing is
   * @throws DemofusionException BAD_REQUEST if it is no picture
   */
  public static Optional<byte[]> ofTransparency(byte[] mask) {
    RgbPicture alpha = PictureReader.readAlpha(mask, NAME, MOST_PIXELS);
    if (leastOf(alpha) > OPAQUE / 2) {
      return Optional.empty();
    }
    byte[] grey = alpha.grey();
    invert(grey);
    return Optional.of(png(alpha.extent(), grey));
  }

  private static int leastOf(RgbPicture picture) {
    int least = OPAQUE;
    for (byte sample : picture.rgb()) {
      least = Math.min(least, sample & OPAQUE);
    }
    return least;
  }

  private static void invert(byte[] grey) {
    for (int n = 0; n < grey.length; n++) {
      grey[n] = (byte) (OPAQUE - (grey[n] & OPAQUE));
    }
  }

  private static byte[] png(PixelExtent extent, byte[] grey) {
    PixelRows rows =
        new PixelRows() {
          @Override
          public PixelExtent extent() {
            return extent;
          }

          @Override
          public void read(int y, byte[] rgb) {
            for (int n = 0; n < 3 * extent.width(); n++) {
              rgb[n] = grey[y * extent.width() + n / 3];
            }
          }
        };
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PngWriter.write(bytes, rows, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
