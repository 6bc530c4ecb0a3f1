package demofusion.coordinator.image;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.PixelExtent;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG, JPEG and what else ImageIO knows as 8-bit RGB: grey becomes RGB, 16 bits become 8,
 * what is transparent lies on white, and a photograph is turned as its EXIF orientation says.
 */
final class PictureReader {
  private static final long MOST_PIXELS = 100_000_000;

  /** Where the bytes come from; read twice, since ImageIO does not tell all of a JPEG's head. */
  private interface Source {
    ImageInputStream pixels() throws IOException;

    InputStream head() throws IOException;
  }

  private final String name;
  private final Source source;
  private final long mostPixels;

  private PictureReader(String name, Source source, long mostPixels) {
    this.name = name;
    this.source = source;
    this.mostPixels = mostPixels;
  }

  /**
   * @throws DemofusionException BAD_REQUEST, naming the file, if there is no such picture
   */
  static RgbPicture read(Path path) {
    Source file =
        new Source() {
          @Override
          public ImageInputStream pixels() throws IOException {
            // Straight from the file: a cache file beside it would gain nothing.
            return new FileImageInputStream(path.toFile());
          }

          @Override
          public InputStream head() throws IOException {
            return Files.newInputStream(path);
          }
        };
    PictureReader reader = new PictureReader(path.toString(), file, MOST_PIXELS);
    if (!Files.isRegularFile(path)) {
      throw reader.refusal(Files.exists(path) ? "is not a file" : "does not exist");
    }
    return reader.read();
  }

  /**
   * @param name for the sentence
   * @throws DemofusionException BAD_REQUEST if that is no picture
   */
  static RgbPicture read(byte[] bytes, String name, long mostPixels) {
    Source memory =
        new Source() {
          @Override
          public ImageInputStream pixels() {
            return new MemoryCacheImageInputStream(head());
          }

          @Override
          public InputStream head() {
            return new ByteArrayInputStream(bytes);
          }
        };
    return new PictureReader(name, memory, Math.min(mostPixels, MOST_PIXELS)).read();
  }

  private RgbPicture read() {
    try (ImageInputStream in = source.pixels()) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw refusal("is not a readable image; it must be a PNG or a JPEG");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return read(reader);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof DemofusionException refusal) {
        throw refusal;
      }
      // ImageIO's readers answer a corrupt file with any exception at all.
      throw new DemofusionException(
          FailureCode.BAD_REQUEST,
          "image " + name + " cannot be read: it is corrupt, truncated or of an unsupported type",
          e);
    }
  }

  private RgbPicture read(ImageReader reader) throws IOException {
    PixelExtent extent = new PixelExtent(reader.getWidth(0), reader.getHeight(0));
    if (extent.area() > mostPixels) {
      throw refusal(
          "has " + extent + " pixels, more than the " + mostPixels + " that are accepted");
    }
    JpegHead head = JpegHead.read(source.head());
    if (head.components() == 4) {
      throw refusal("is in CMYK; save it as RGB");
    }
    return toRgb(reader.read(0)).upright(head.orientation());
  }

  private RgbPicture toRgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    ColorModel colors = image.getColorModel();
    boolean isGrey =
        colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && !(colors instanceof IndexColorModel);
    byte[] rgb = new byte[Math.toIntExact(3L * width * height)];
    int[] argb = new int[width];
    for (int y = 0; y < height; y++) {
      if (isGrey) {
        readGreyRow(image.getRaster(), colors, y, argb);
      } else {
        image.getRGB(0, y, width, 1, argb, 0, width);
      }
      for (int x = 0; x < width; x++) {
        int alpha = argb[x] >>> 24;
        for (int channel = 0; channel < 3; channel++) {
          int value = argb[x] >> (16 - 8 * channel) & 0xff;
          rgb[3 * (y * width + x) + channel] = (byte) onWhite(value, alpha);
        }
      }
    }
    return new RgbPicture(new PixelExtent(width, height), rgb);
  }

  /**
   * Grey samples as they are: Java takes them for linear light, and its own conversion would
   * brighten them.
   */
  private static void readGreyRow(Raster raster, ColorModel colors, int y, int[] argb) {
    int bits = colors.getComponentSize(0);
    int most = (1 << bits) - 1;
    for (int x = 0; x < argb.length; x++) {
      int grey = (raster.getSample(x, y, 0) * 255 + most / 2) / most;
      int alpha = colors.hasAlpha() ? (raster.getSample(x, y, 1) * 255 + most / 2) / most : 255;
      argb[x] = alpha << 24 | grey << 16 | grey << 8 | grey;
    }
  }

  private static int onWhite(int value, int alpha) {
    return (value * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  private DemofusionException refusal(String what) {
    return DemofusionException.badRequest("image " + name + " " + what);
  }
}
