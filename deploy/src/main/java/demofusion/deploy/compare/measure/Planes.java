package demofusion.deploy.compare.measure;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture's colours, or its luma alone, for what is looked for in it: how well a smaller one fits
 * at every place (normalised cross-correlation, each plane's mean removed).
 *
 * @param planes each (height, width), row-major
 */
record Planes(int width, int height, List<float[]> planes) {
  Planes {
    planes = List.copyOf(planes);
  }

  static Planes of(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
    List<float[]> planes = new ArrayList<>();
    for (int shift = 16; shift >= 0; shift -= 8) {
      float[] plane = new float[pixels.length];
      for (int n = 0; n < plane.length; n++) {
        plane[n] = (pixels[n] >> shift & 0xff) / 255f;
      }
      planes.add(plane);
    }
    return new Planes(width, height, planes);
  }

  Planes resized(int toWidth, int toHeight) {
    return new Planes(
        toWidth,
        toHeight,
        planes.stream()
            .map(plane -> Resampling.resized(plane, width, height, toWidth, toHeight))
            .toList());
  }

  Planes cut(int left, int top, int cutWidth, int cutHeight) {
    List<float[]> cut = new ArrayList<>();
    for (float[] plane : planes) {
      float[] piece = new float[cutWidth * cutHeight];
      for (int y = 0; y < cutHeight; y++) {
        System.arraycopy(plane, (top + y) * width + left, piece, y * cutWidth, cutWidth);
      }
      cut.add(piece);
    }
    return new Planes(cutWidth, cutHeight, cut);
  }

  /** Each plane less its mean. */
  Planes centred() {
    List<float[]> centred = new ArrayList<>();
    for (float[] plane : planes) {
      double sum = 0;
      for (float value : plane) {
        sum += value;
      }
      float mean = (float) (sum / plane.length);
      float[] rest = new float[plane.length];
      for (int n = 0; n < rest.length; n++) {
        rest[n] = plane[n] - mean;
      }
      centred.add(rest);
    }
    return new Planes(width, height, centred);
  }

  /** The standard deviation of all planes together. */
  double deviation() {
    double squares = 0;
    for (float[] plane : centred().planes) {
      for (float value : plane) {
        squares += (double) value * value;
      }
    }
    return Math.sqrt(squares / ((double) width * height));
  }

  /**
   * How well a smaller picture fits where its corner is at (x, y), −1 to 1, 0 where this one varies
   * too little or too much: (height − its + 1, width − its + 1), row-major.
   *
   * @param least of the local standard deviation, against the sought one's
   * @param most likewise
   */
  float[] fit(Planes sought, Spread spread, double least, double most) {
    Planes centred = sought.centred();
    int across = width - sought.width + 1;
    int down = height - sought.height + 1;
    float[] fit = new float[across * down];
    for (int plane = 0; plane < planes.size(); plane++) {
      float[] from = planes.get(plane);
      float[] weights = centred.planes.get(plane);
      // Place by place would be slower: this inner loop runs along a row of both.
      for (int dy = 0; dy < sought.height; dy++) {
        for (int dx = 0; dx < sought.width; dx++) {
          float weight = weights[dy * sought.width + dx];
          for (int y = 0; y < down; y++) {
            addRow(fit, y * across, from, (y + dy) * width + dx, across, weight);
          }
        }
      }
    }
    double own = sought.deviation();
    double area = (double) sought.width * sought.height;
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        double local = spread.deviation(x, y, sought.width, sought.height);
        boolean counts = own > 0 && local >= least * own && local <= most * own && local > 0;
        int n = y * across + x;
        fit[n] = counts ? (float) (fit[n] / (area * own * local)) : 0;
      }
    }
    return fit;
  }

  /** Whether a square with its corner at (x, y) lies within. */
  boolean holds(int x, int y, int side) {
    return x >= 0 && y >= 0 && x + side <= width && y + side <= height;
  }

  /**
   * As {@link #fit}, at one place.
   *
   * @param sought less its means
   * @param own its deviation
   */
  double fitAt(Planes sought, double own, int left, int top, Spread spread, double least) {
    double local = spread.deviation(left, top, sought.width, sought.height);
    if (!(own > 0 && local > 0 && local >= least * own)) {
      return 0;
    }
    double sum = 0;
    for (int plane = 0; plane < planes.size(); plane++) {
      float[] from = planes.get(plane);
      float[] weights = sought.planes.get(plane);
      for (int n = 0; n < weights.length; n++) {
        sum += weights[n] * from[(top + n / sought.width) * width + left + n % sought.width];
      }
    }
    return sum / ((double) sought.width * sought.height * own * local);
  }

  private static void addRow(float[] to, int at, float[] from, int start, int count, float weight) {
    for (int n = 0; n < count; n++) {
      to[at + n] += weight * from[start + n];
    }
  }
}
