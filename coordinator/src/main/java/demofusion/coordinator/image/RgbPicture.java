package demofusion.coordinator.image;

import demofusion.protocol.latent.PixelExtent;

/**
 * A small picture on the heap.
 *
 * @param rgb (height, width, 3) bytes
 */
public record RgbPicture(PixelExtent extent, byte[] rgb) {
  public RgbPicture {
    if (rgb.length != 3 * extent.area()) {
      throw new IllegalArgumentException(
          rgb.length + " bytes are not an RGB image of " + extent + " pixels");
    }
  }

  /** One channel of one pixel, 0 to 255. */
  int sample(int x, int y, int channel) {
    return rgb[3 * (y * extent.width() + x) + channel] & 0xff;
  }

  /**
   * How bright each pixel is, by the weights of ITU-R 601 as Pillow rounds them.
   *
   * @return (height, width), 255 is white
   */
  public byte[] grey() {
    byte[] grey = new byte[rgb.length / 3];
    for (int n = 0; n < grey.length; n++) {
      int red = rgb[3 * n] & 0xff;
      int green = rgb[3 * n + 1] & 0xff;
      int blue = rgb[3 * n + 2] & 0xff;
      grey[n] = (byte) ((19595 * red + 38470 * green + 7471 * blue + (1 << 15)) >> 16);
    }
    return grey;
  }

  /**
   * The picture turned and mirrored so that it stands upright.
   *
   * @param orientation by the numbers of Exif, 1 to 8: 1 is upright, from 5 on rows and columns are
   *     swapped
   */
  RgbPicture upright(int orientation) {
    if (orientation == 1) {
      return this;
    }
    boolean swapped = orientation >= 5;
    boolean mirroredX =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean mirroredY =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int width = swapped ? extent.height() : extent.width();
    int height = swapped ? extent.width() : extent.height();
    byte[] turned = new byte[rgb.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = swapped ? y : x;
        int row = swapped ? x : y;
        int storedX = mirroredX ? extent.width() - 1 - column : column;
        int storedY = mirroredY ? extent.height() - 1 - row : row;
        int from = 3 * (storedY * extent.width() + storedX);
        System.arraycopy(rgb, from, turned, 3 * (y * width + x), 3);
      }
    }
    return new RgbPicture(new PixelExtent(width, height), turned);
  }
}
