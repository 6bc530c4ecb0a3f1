package demofusion.coordinator.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import demofusion.coordinator.image.container.PictureHead;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.PictureFormat;
import demofusion.protocol.latent.PixelExtent;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads PNG, JPEG, WebP, TIFF, GIF and BMP as 8-bit RGB: grey becomes RGB, 16 bits become 8, what
 * is transparent lies on white (or on black, for networks that were trained so), and a photograph
 * is turned as its EXIF orientation says. A picture that is not whole is refused, where ImageIO
 * would make up the rest; of an animation the first picture is read, unless a still is wanted.
 */
public final class PictureReader {
  private static final long MOST_PIXELS = 100_000_000;

  private static final int WHITE = 255;
  private static final int BLACK = 0;

  /** Of EXIF's orientations. */
  private static final int FIRST_ON_ITS_SIDE = 5;

  // What libjpeg says where it makes pixels up; what it merely leaps over does no harm.
  private static final Pattern FILLED_UP =
      Pattern.compile("(?i)premature end|bad Huffman code|instead of RST");

  /** Where the bytes come from. */
  private interface Source {
    ImageInputStream open() throws IOException;
  }

  private final String name;
  private final Source source;
  private final long mostPixels;
  private final List<String> warnings = new ArrayList<>();
  private int background = WHITE;
  private boolean isStill;
  private boolean isOfAlpha;

  private PictureReader(String name, Source source, long mostPixels) {
    this.name = name;
    this.source = source;
    this.mostPixels = mostPixels;
  }

  /**
   * @throws DemofusionException BAD_REQUEST, naming the file, if there is no such picture
   */
  static RgbPicture read(Path path) {
    // Straight from the file: a cache file beside it would gain nothing.
    Source file = () -> new FileImageInputStream(path.toFile());
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
  public static RgbPicture read(byte[] bytes, String name, long mostPixels) {
    Source memory = () -> new ByteArrayImageInputStream(bytes);
    return new PictureReader(name, memory, Math.min(mostPixels, MOST_PIXELS)).read();
  }

  /**
   * One that steers an image.
   *
   * @param name for the sentence
   * @throws DemofusionException BAD_REQUEST if that is no picture, or one that moves
   */
  public static RgbPicture readStill(byte[] bytes, String name, long mostPixels) {
    Source memory = () -> new ByteArrayImageInputStream(bytes);
    PictureReader reader = new PictureReader(name, memory, Math.min(mostPixels, MOST_PIXELS));
    reader.isStill = true;
    return reader.read();
  }

  /**
   * The same, with what is transparent on black.
   *
   * @param name for the sentence
   * @throws DemofusionException BAD_REQUEST if that is no picture, or one that moves
   */
  public static RgbPicture readOnBlack(byte[] bytes, String name, long mostPixels) {
    Source memory = () -> new ByteArrayImageInputStream(bytes);
    PictureReader reader = new PictureReader(name, memory, Math.min(mostPixels, MOST_PIXELS));
    reader.background = BLACK;
    reader.isStill = true;
    return reader.read();
  }

  /**
   * How opaque it is, in each of three equal channels.
   *
   * @param name for the sentence
   * @throws DemofusionException BAD_REQUEST if that is no picture
   */
  public static RgbPicture readAlpha(byte[] bytes, String name, long mostPixels) {
    Source memory = () -> new ByteArrayImageInputStream(bytes);
    PictureReader reader = new PictureReader(name, memory, Math.min(mostPixels, MOST_PIXELS));
    reader.isOfAlpha = true;
    return reader.read();
  }

  /** How large it is when it stands upright; its pixels are not read. */
  public static PixelExtent extent(byte[] bytes, String name) {
    Source memory = () -> new ByteArrayImageInputStream(bytes);
    return new PictureReader(name, memory, MOST_PIXELS)
        .read(
            (reader, head) -> {
              int width = reader.getWidth(0);
              int height = reader.getHeight(0);
              boolean isTurned = head.orientation() >= FIRST_ON_ITS_SIDE;
              return isTurned ? new PixelExtent(height, width) : new PixelExtent(width, height);
            });
  }

  private RgbPicture read() {
    return read((reader, head) -> read(reader).upright(head.orientation()));
  }

  /** What is wanted of a picture that was opened. */
  private interface Reading<T> {
    T read(ImageReader reader, PictureHead head) throws IOException;
  }

  private <T> T read(Reading<T> reading) {
    try (ImageInputStream in = source.open()) {
      PictureHead head = PictureText.head(in, "image " + name);
      if (head.isCmyk()) {
        throw refusal("is in CMYK; save it as RGB");
      }
      if (isStill && head.isAnimated()) {
        throw refusal(PictureHead.ANIMATED);
      }
      in.seek(0);
      in.setByteOrder(ByteOrder.BIG_ENDIAN);
      ImageReader reader = reader(in);
      try {
        reader.addIIOReadWarningListener((decoder, warning) -> warnings.add(warning));
        return reading.read(reader, head);
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
          "image " + name + " cannot be read: it is corrupt, cut off or of an unsupported type",
          e);
    }
  }

  /** The JDK's own, whatever else is installed; for WebP the one that is written in Java alone. */
  private ImageReader reader(ImageInputStream in) throws IOException {
    byte[] head = new byte[PictureFormat.HEAD_BYTES];
    in.mark();
    byte[] first = Arrays.copyOf(head, Math.max(0, in.read(head)));
    in.reset();
    PictureFormat format = PictureFormat.of(first).orElseThrow();
    if (format == PictureFormat.WEBP) {
      ImageReader webp = new WebPImageReaderSpi().createReaderInstance(null);
      byte[] all = new byte[Math.toIntExact(in.length())]; // it reads byte by byte
      in.readFully(all);
      webp.setInput(new ByteArrayImageInputStream(all), true, true);
      return webp;
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName(format.name()).next();
    reader.setInput(in, true, true);
    return reader;
  }

  private RgbPicture read(ImageReader reader) throws IOException {
    PixelExtent extent = new PixelExtent(reader.getWidth(0), reader.getHeight(0));
    if (extent.area() > mostPixels) {
      throw refusal(
          "has " + extent + " pixels, more than the " + mostPixels + " that are accepted");
    }
    RgbPicture picture = toRgb(reader.read(0));
    for (String warning : warnings) {
      if (FILLED_UP.matcher(warning).find()) {
        throw refusal("is cut off or corrupt (" + warning + "); copy it again");
      }
    }
    return picture;
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
          rgb[3 * (y * width + x) + channel] =
              (byte) (isOfAlpha ? alpha : onBackground(value, alpha));
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

  private int onBackground(int value, int alpha) {
    return (value * alpha + background * (255 - alpha) + 127) / 255;
  }

  private DemofusionException refusal(String what) {
    return DemofusionException.badRequest("image " + name + " " + what);
  }
}
