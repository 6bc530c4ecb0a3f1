package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.resize.EnlargedPicture;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.latent.PixelExtent;

/**
 * A phase's picture in 8 bits, as its preview shows it, wherever it lies: what the next phase of
 * some methods begins with (modes sections 2, 5 and 6). May be read by several threads at once.
 */
public interface PhasePicture extends EnlargedPicture.Source {
  /** All of them, unless it is still being made. */
  @Override
  default int readableRows() {
    return extent().height();
  }

  /**
   * One in the heap; shares its array.
   *
   * @param rgb (height, width, 3)
   */
  static PhasePicture of(PixelExtent extent, byte[] rgb) {
    if (rgb.length != extent.height() * extent.width() * 3) {
      throw new IllegalArgumentException(rgb.length + " bytes are no picture of " + extent);
    }
    return new PhasePicture() {
      @Override
      public PixelExtent extent() {
        return extent;
      }

      @Override
      public void rows(int from, int count, byte[] into) {
        int row = extent.width() * 3;
        System.arraycopy(rgb, from * row, into, 0, count * row);
      }
    };
  }

  /** The one that a render starts from, in the 8 bits that it was read from. */
  static PhasePicture of(SourcePicture source) {
    int[] shape = source.pixels().shape(); // (3, height, width) in [−1, 1]
    float[] planes = source.pixels().values();
    int area = shape[1] * shape[2];
    byte[] rgb = new byte[3 * area];
    for (int n = 0; n < rgb.length; n++) {
      double level = (planes[n % 3 * area + n / 3] + 1.0) * 127.5;
      rgb[n] = (byte) Math.rint(Math.max(0, Math.min(255, level)));
    }
    return of(new PixelExtent(shape[2], shape[1]), rgb);
  }
}
