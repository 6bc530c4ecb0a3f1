package demofusion.coordinator.image;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * How a picture to start from becomes one of another aspect, where a request says how; where it
 * does not, {@link FittedPicture} cuts it. Its resolution is kept along one side, since it is
 * resized to the native phase later anyway.
 */
public enum PictureFrame {
  /** Longer along one side. */
  STRETCHED {
    @Override
    PixelRows of(RgbPicture picture, PixelExtent frame) {
      PixelExtent extent = picture.extent();
      CubicResampling horizontal = CubicResampling.of(extent.width(), frame.width());
      CubicResampling vertical = CubicResampling.of(extent.height(), frame.height());
      float[] line = new float[Math.max(extent.width(), extent.height())];
      float[] longer = new float[frame.width()];
      byte[] rgb = new byte[Math.toIntExact(3 * frame.area())];
      // Along one side only: the other keeps its length, and is copied.
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < extent.height() && extent.height() == frame.height(); y++) {
          for (int x = 0; x < extent.width(); x++) {
            line[x] = signed(picture.sample(x, y, channel));
          }
          horizontal.apply(line, longer, 0, 1);
          for (int x = 0; x < frame.width(); x++) {
            rgb[3 * (y * frame.width() + x) + channel] = unsigned(longer[x]);
          }
        }
        float[] column = new float[frame.height()];
        for (int x = 0; x < extent.width() && extent.height() != frame.height(); x++) {
          for (int y = 0; y < extent.height(); y++) {
            line[y] = signed(picture.sample(x, y, channel));
          }
          vertical.apply(line, column, 0, 1);
          for (int y = 0; y < frame.height(); y++) {
            rgb[3 * (y * frame.width() + x) + channel] = unsigned(column[y]);
          }
        }
      }
      return rows(new RgbPicture(frame, rgb));
    }
  },

  /** As it is: the middle of it is taken later. */
  CUT {
    @Override
    PixelRows of(RgbPicture picture, PixelExtent frame) {
      return rows(picture);
    }
  },

  /** In the middle, with its outermost pixels repeated beside it. */
  FILLED {
    @Override
    PixelRows of(RgbPicture picture, PixelExtent frame) {
      PixelExtent extent = picture.extent();
      int left = (frame.width() - extent.width()) / 2;
      int top = (frame.height() - extent.height()) / 2;
      return new PixelRows() {
        @Override
        public PixelExtent extent() {
          return frame;
        }

        @Override
        public void read(int y, byte[] rgb) {
          int row = Math.max(0, Math.min(extent.height() - 1, y - top));
          for (int x = 0; x < frame.width(); x++) {
            int column = Math.max(0, Math.min(extent.width() - 1, x - left));
            for (int channel = 0; channel < 3; channel++) {
              rgb[3 * x + channel] = (byte) picture.sample(column, row, channel);
            }
          }
        }
      };
    }
  };

  /** As many as a farm takes by default; each is held in memory, and so is the result. */
  private static final long MOST_PIXELS = 40_000_000;

  abstract PixelRows of(RgbPicture picture, PixelExtent frame);

  /**
   * The picture in the aspect of the size that is wanted; its own bytes, where it has that aspect.
   *
   * @throws DemofusionException BAD_REQUEST if it is no picture, or too large
   */
  public byte[] frame(byte[] picture, PixelExtent wanted) {
    return this == CUT ? picture : framed(picture, wanted, this);
  }

  /** One at a time: they are held in memory. */
  private static synchronized byte[] framed(byte[] bytes, PixelExtent wanted, PictureFrame how) {
    RgbPicture picture = PictureReader.read(bytes, "of the request", MOST_PIXELS);
    PixelExtent extent = picture.extent();
    long width = Math.max(extent.width(), scaled(extent.height(), wanted.width(), wanted.height()));
    long height =
        Math.max(extent.height(), scaled(extent.width(), wanted.height(), wanted.width()));
    if (width == extent.width() && height == extent.height()) {
      return bytes;
    }
    // Rounding may make both longer; the one that is much too short is meant.
    boolean isTooNarrow = (double) width / extent.width() > (double) height / extent.height();
    if ((isTooNarrow ? width * extent.height() : height * extent.width()) > MOST_PIXELS) {
      throw DemofusionException.badRequest(
          "image of the request has %s pixels and cannot become as long as %s; crop it first"
              .formatted(extent, wanted));
    }
    PixelExtent frame =
        isTooNarrow
            ? new PixelExtent((int) width, extent.height())
            : new PixelExtent(extent.width(), (int) height);
    return png(how.of(picture, frame));
  }

  private static long scaled(int side, int numerator, int denominator) {
    return Math.round((double) side * numerator / denominator);
  }

  private static byte[] png(PixelRows rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PngWriter.write(bytes, rows, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static PixelRows rows(RgbPicture picture) {
    PixelExtent extent = picture.extent();
    return new PixelRows() {
      @Override
      public PixelExtent extent() {
        return extent;
      }

      @Override
      public void read(int y, byte[] rgb) {
        System.arraycopy(picture.rgb(), 3 * extent.width() * y, rgb, 0, 3 * extent.width());
      }
    };
  }

  private static float signed(int sample) {
    return sample / 127.5f - 1f;
  }

  private static byte unsigned(float sample) {
    return PixelRows.toByte((sample + 1f) / 2f);
  }
}
