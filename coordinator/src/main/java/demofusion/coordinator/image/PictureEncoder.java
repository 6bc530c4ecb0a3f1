package demofusion.coordinator.image;

import demofusion.coordinator.image.container.ExifText;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a picture is written: as a PNG, which loses nothing, or as a JPEG or WebP of some quality. The
 * settings go with it in each, in a PNG's text or in Exif's comment.
 *
 * @param quality 1 to 100; PNG has none, and a WebP of 100 loses nothing
 */
public record PictureEncoder(WrittenFormat format, int quality) {
  public static final int DEFAULT_QUALITY = 95;
  public static final int BEST_QUALITY = 100;

  /** What jobs write and everybody gets who does not ask for something else. */
  public static final PictureEncoder PNG = new PictureEncoder(WrittenFormat.PNG, DEFAULT_QUALITY);

  public PictureEncoder {
    if (quality < 1 || quality > BEST_QUALITY) {
      throw DemofusionException.badRequest(
          "quality " + quality + " must be between 1 and " + BEST_QUALITY);
    }
  }

  /**
   * @param quality null for the usual one
   * @throws DemofusionException BAD_REQUEST if there is no such quality, or PNG is given one
   */
  public static PictureEncoder of(WrittenFormat format, @Nullable Integer quality) {
    if (format == WrittenFormat.PNG && quality != null) {
      throw DemofusionException.badRequest(
          "quality " + quality + " applies to JPEG and WebP: a PNG loses nothing");
    }
    return new PictureEncoder(format, quality == null ? DEFAULT_QUALITY : quality);
  }

  /**
   * Finds out whether a picture of that size can be written so, before it is drawn.
   *
   * @throws DemofusionException BAD_REQUEST with the bound and what to do
   */
  public void requireFits(PixelExtent extent) {
    int most = format.mostSide();
    if (extent.width() > most || extent.height() > most) {
      throw DemofusionException.badRequest(
          "size %s is too large for a %s, whose sides have at most %s pixels: write a PNG"
              .formatted(extent, format.label(), most));
    }
    if (format == WrittenFormat.WEBP) {
      WebpWriter.requireRoom(extent);
      WebpWriter.requireLibrary();
    }
  }

  /**
   * Writes a picture; the stream is flushed but left open. PNG and JPEG are written row by row, a
   * WebP is held whole.
   *
   * @param texts by keyword, as for a PNG; JPEG and WebP take the settings alone
   */
  public void write(OutputStream out, PixelRows rows, Map<String, String> texts)
      throws IOException {
    requireFits(rows.extent());
    String settings = texts.getOrDefault(GenerationParameters.KEYWORD, "");
    byte[] exif = settings.isEmpty() ? new byte[0] : ExifText.block(settings);
    switch (format) {
      case PNG -> PngWriter.write(out, rows, texts);
      case JPEG -> JpegWriter.write(out, rows, quality, exif);
      case WEBP -> WebpWriter.write(out, rows, quality, exif);
    }
  }

  /**
   * Writes the picture of a job, which lies there as a PNG, with all that it says.
   *
   * @throws IOException if it cannot be read, or was not written by this program
   */
  public void convert(Path png, OutputStream out) throws IOException {
    if (format == WrittenFormat.PNG) {
      Files.copy(png, out);
      return;
    }
    Map<String, String> texts = PictureText.read(png);
    try (PngRows rows = PngRows.open(png)) {
      write(out, rows, texts);
    }
  }
}
