package demofusion.coordinator.image;

import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.file.Path;

/** A picture that is asked for row by row, from the top, so that nobody needs to hold it whole. */
public interface PixelRows {
  PixelExtent extent();

  /**
   * Writes one row.
   *
   * @param y from 0; rows are asked for in order, each once
   * @param rgb (width, 3) bytes to fill
   */
  void read(int y, byte[] rgb) throws IOException;

  /**
   * A picture that was decoded whole.
   *
   * @param pixels (3, height, width) in [0, 1]
   */
  static PixelRows of(Tensor pixels) {
    int height = pixels.shape()[1];
    int width = pixels.shape()[2];
    float[] values = pixels.values();
    return new PixelRows() {
      @Override
      public PixelExtent extent() {
        return new PixelExtent(width, height);
      }

      @Override
      public void read(int y, byte[] rgb) {
        for (int channel = 0; channel < 3; channel++) {
          int from = (channel * height + y) * width;
          for (int x = 0; x < width; x++) {
            rgb[3 * x + channel] = toByte(values[from + x]);
          }
        }
      }
    };
  }

  /**
   * A picture of any format that is read, held whole.
   *
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST, naming the file, if there is none
   */
  static PixelRows ofFile(Path picture) {
    return of(PictureReader.read(picture));
  }

  /** A picture that is held whole. */
  static PixelRows of(RgbPicture read) {
    int rowBytes = 3 * read.extent().width();
    return new PixelRows() {
      @Override
      public PixelExtent extent() {
        return read.extent();
      }

      @Override
      public void read(int y, byte[] rgb) {
        System.arraycopy(read.rgb(), rowBytes * y, rgb, 0, rowBytes);
      }
    };
  }

  /**
   * A value in [0, 1] as 8 bits: 255 times it, rounded half to even as numpy does (spec section 8).
   */
  static byte toByte(float value) {
    return (byte) (int) Math.rint(Math.min(Math.max(value, 0f), 1f) * 255f);
  }
}
