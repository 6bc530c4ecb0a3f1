package demofusion.coordinator.image;

import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture to start from (spec section 11), brought to the size of the native phase: cropped to
 * its aspect around the middle, then resized. One that has that size already passes unchanged.
 *
 * @param pixels (3, height, width) in [−1, 1]
 * @param done what was done to the picture, in words; empty if nothing was
 */
public record FittedPicture(Tensor pixels, String done) {
  /**
   * Reads and fits a picture.
   *
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST, naming the file, if it is no
   *     picture or one that is too large
   */
  public static FittedPicture read(Path path, PixelExtent wanted) {
    return fit(PictureReader.read(path), wanted);
  }

  /**
   * The same for a picture that came with a request.
   *
   * @param mostPixels that it may have
   */
  public static FittedPicture read(byte[] picture, PixelExtent wanted, long mostPixels) {
    return fit(PictureReader.read(picture, "of the request", mostPixels), wanted);
  }

  /**
   * The size of a picture that came with a request.
   *
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST if it is no picture
   */
  public static PixelExtent extent(byte[] picture) {
    return PictureReader.extent(picture, "of the request");
  }

  static FittedPicture fit(RgbPicture picture, PixelExtent wanted) {
    PixelExtent whole = picture.extent();
    // The largest rectangle of the wanted aspect.
    int width =
        (int) Math.min(whole.width(), rounded(whole.height(), wanted.width(), wanted.height()));
    int height =
        (int) Math.min(whole.height(), rounded(whole.width(), wanted.height(), wanted.width()));
    int left = (whole.width() - width) / 2;
    int top = (whole.height() - height) / 2;

    List<String> done = new ArrayList<>();
    if (width < whole.width()) {
      done.add("cropped " + left + " pixels left and " + (whole.width() - width - left) + " right");
    }
    if (height < whole.height()) {
      done.add(
          "cropped %s pixels at the top and %s at the bottom"
              .formatted(top, (whole.height() - height - top)));
    }
    if (width != wanted.width() || height != wanted.height()) {
      done.add("resized from " + new PixelExtent(width, height) + " to " + wanted);
    }
    return new FittedPicture(
        resize(picture, left, top, width, height, wanted), String.join(", ", done));
  }

  /** side · numerator / denominator, at least 1. */
  private static long rounded(int side, int numerator, int denominator) {
    return Math.max(1, Math.round((double) side * numerator / denominator));
  }

  /** Along the rows first, so that a large picture shrinks before it becomes floats. */
  private static Tensor resize(
      RgbPicture picture, int left, int top, int width, int height, PixelExtent wanted) {
    CubicResampling horizontal = CubicResampling.of(width, wanted.width());
    CubicResampling vertical = CubicResampling.of(height, wanted.height());
    Tensor pixels = Tensor.zeros(3, wanted.height(), wanted.width());
    float[] row = new float[width];
    float[] column = new float[height];
    for (int channel = 0; channel < 3; channel++) {
      float[] narrow = new float[height * wanted.width()]; // (height, wanted width)
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          row[x] = picture.sample(left + x, top + y, channel) / 127.5f - 1f;
        }
        horizontal.apply(row, narrow, y * wanted.width(), 1);
      }
      for (int x = 0; x < wanted.width(); x++) {
        for (int y = 0; y < height; y++) {
          column[y] = narrow[y * wanted.width() + x];
        }
        int from = channel * wanted.height() * wanted.width() + x;
        vertical.apply(column, pixels.values(), from, wanted.width());
      }
    }
    return pixels;
  }
}
