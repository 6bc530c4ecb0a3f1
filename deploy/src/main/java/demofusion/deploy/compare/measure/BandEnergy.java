package demofusion.deploy.compare.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * How much detail a picture has in each band of fineness, pixels first, each band twice as coarse
 * as the one before. Noise counts as detail: see {@link Grain}.
 */
public final class BandEnergy {
  private BandEnergy() {}

  /**
   * In those bands that phase 1 cannot have.
   *
   * @param scale how many times longer the picture is than phase 1
   */
  public static int bands(double scale) {
    return Math.max(1, (int) Math.ceil(Math.log(scale) / Math.log(2) - 1e-9));
  }

  /** E_0, E_1, …: the mean square of what a picture half as large does not have. */
  public static List<Double> of(GreyPicture picture, int bands) {
    List<Double> energies = new ArrayList<>();
    GreyPicture fine = picture;
    for (int band = 0; band < bands && fine.width() > 1 && fine.height() > 1; band++) {
      GreyPicture half = halved(fine);
      double sum = 0;
      for (int y = 0; y < 2 * half.height(); y++) {
        for (int x = 0; x < 2 * half.width(); x++) {
          double detail = fine.at(x, y) - half.at(x / 2, y / 2);
          sum += detail * detail;
        }
      }
      energies.add(sum / (4.0 * half.width() * half.height()));
      fine = half;
    }
    return energies;
  }

  private static GreyPicture halved(GreyPicture picture) {
    int width = picture.width() / 2;
    int height = picture.height() / 2;
    float[] values = new float[width * height];
    for (int n = 0; n < values.length; n++) {
      int x = n % width * 2;
      int y = n / width * 2;
      values[n] = (float) picture.mean(x, y, x + 2, y + 2);
    }
    return new GreyPicture(width, height, values);
  }

  /** log2 of how many times more energy one has than the other; an even picture has a least one. */
  public static double log2Ratio(double energy, double reference) {
    return (Math.log(Math.max(energy, 1e-12)) - Math.log(Math.max(reference, 1e-12))) / Math.log(2);
  }
}
