package demofusion.deploy.compare.measure;

import java.awt.image.BufferedImage;

/**
 * How bright a picture is where.
 *
 * @param values (height, width), row-major, 0 black to 1 white
 */
public record GreyPicture(int width, int height, float[] values) {
  public GreyPicture {
    if (values.length != width * height) {
      throw new IllegalArgumentException(
          values.length + " values are not an image of " + width + "x" + height);
    }
  }

  /** Its luma (ITU-R BT.601). */
  public static GreyPicture of(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    float[] values = new float[width * height];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        int rgb = row[x];
        values[y * width + x] =
            (0.299f * ((rgb >> 16) & 0xff) + 0.587f * ((rgb >> 8) & 0xff) + 0.114f * (rgb & 0xff))
                / 255f;
      }
    }
    return new GreyPicture(width, height, values);
  }

  public float at(int x, int y) {
    return values[y * width + x];
  }

  /** The same smaller: every sample is the mean of what it stands for. */
  public GreyPicture downscaled(int toWidth, int toHeight) {
    float[] small = new float[toWidth * toHeight];
    for (int y = 0; y < toHeight; y++) {
      int top = (int) ((long) y * height / toHeight);
      int bottom = Math.max(top + 1, (int) ((long) (y + 1) * height / toHeight));
      for (int x = 0; x < toWidth; x++) {
        int left = (int) ((long) x * width / toWidth);
        int right = Math.max(left + 1, (int) ((long) (x + 1) * width / toWidth));
        small[y * toWidth + x] = (float) mean(left, top, right, bottom);
      }
    }
    return new GreyPicture(toWidth, toHeight, small);
  }

  /** Of the rectangle from (left, top) to before (right, bottom). */
  public double mean(int left, int top, int right, int bottom) {
    double sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += at(x, y);
      }
    }
    return sum / ((long) (right - left) * (bottom - top));
  }

  /**
   * What is left of it without what changes slowly: each sample less the mean around it. Near a
   * border what lies around is as wide on either side, or an even slope would leave an edge there.
   */
  public GreyPicture details(int radius) {
    float[] details = new float[values.length];
    for (int y = 0; y < height; y++) {
      int above = Math.min(radius, Math.min(y, height - 1 - y));
      for (int x = 0; x < width; x++) {
        int beside = Math.min(radius, Math.min(x, width - 1 - x));
        double mean = mean(x - beside, y - above, x + beside + 1, y + above + 1);
        details[y * width + x] = at(x, y) - (float) mean;
      }
    }
    return new GreyPicture(width, height, details);
  }
}
