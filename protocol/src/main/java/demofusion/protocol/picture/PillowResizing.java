package demofusion.protocol.picture;

import demofusion.protocol.latent.PixelExtent;

/**
 * Pillow 11.3's {@code Image.resize} of an 8-bit picture, byte for byte: the width first, rounded
 * to 8 bits, then the height (conditioning section 2). Any rectangle of the result can be had
 * alone; then only what it is made of is read.
 */
public final class PillowResizing {
  private final PixelExtent extent;
  private final PixelExtent result;
  private final int channels;
  private final ResizedAxis rows;
  private final ResizedAxis columns;

  /**
   * @param extent of the picture
   * @param result what it is resized to
   * @param channels bytes of a pixel
   */
  public PillowResizing(
      PixelExtent extent, PixelExtent result, int channels, ResizingKernel kernel) {
    this.extent = extent;
    this.result = result;
    this.channels = channels;
    this.rows = ResizedAxis.of(extent.height(), result.height(), kernel);
    this.columns = ResizedAxis.of(extent.width(), result.width(), kernel);
  }

  /**
   * The whole result.
   *
   * @param pixels (height, width, channels)
   */
  public byte[] whole(byte[] pixels) {
    return window(pixels, 0, 0, result.height(), result.width());
  }

  /**
   * A rectangle of the result.
   *
   * @param pixels the whole picture, (height, width, channels)
   * @return (height, width, channels)
   */
  public byte[] window(byte[] pixels, int top, int left, int height, int width) {
    requirePicture(pixels);
    if (top < 0 || left < 0 || top + height > rows.length() || left + width > columns.length()) {
      throw new IllegalArgumentException(
          "%sx%s pixels at row %s, column %s do not lie in a picture of %s"
              .formatted(width, height, top, left, result));
    }
    int first = rows.first(top);
    int count = rows.end(top + height - 1) - first;
    byte[] across = across(pixels, first, count, left, width);
    byte[] window = new byte[Math.multiplyExact(height, width * channels)];
    int line = width * channels;
    for (int row = 0; row < height; row++) {
      for (int n = 0; n < line; n++) {
        window[row * line + n] = rows.sample(top + row, across, n, first, line);
      }
    }
    return window;
  }

  /**
   * Some rows of the picture, each resized.
   *
   * @return (count, width, channels)
   */
  private byte[] across(byte[] pixels, int first, int count, int left, int width) {
    byte[] across = new byte[Math.multiplyExact(count, width * channels)];
    for (int row = 0; row < count; row++) {
      int at = (first + row) * extent.width() * channels;
      int to = row * width * channels;
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < channels; channel++) {
          across[to++] = columns.sample(left + x, pixels, at + channel, 0, channels);
        }
      }
    }
    return across;
  }

  private void requirePicture(byte[] pixels) {
    if (pixels.length != (long) extent.height() * extent.width() * channels) {
      throw new IllegalArgumentException(
          "%s bytes are no picture of %s with %s channels"
              .formatted(pixels.length, extent, channels));
    }
  }
}
