package demofusion.deploy.compare.stress;

import demofusion.deploy.compare.DrawnFiles;
import demofusion.deploy.compare.measure.GreyPicture;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The picture that is worst by a figure, and the same place of all methods' pictures of the same
 * subject: where the worst one is farthest from the others.
 *
 * @param rows the worst one's first
 * @param left of the place, in pixels
 */
record WorstCase(StressFigure figure, List<StressRow> rows, int left, int top, int side) {
  private static final int LARGEST = 240;
  private static final int PLACES = 12; // along each side that are looked at
  private static final List<StressFigure> LOOKED_AT =
      List.of(
          StressFigure.DRIFT,
          StressFigure.LIKENESS,
          StressFigure.REPEATS,
          StressFigure.THINGS,
          StressFigure.SEAM,
          StressFigure.TRUTH_0,
          StressFigure.GRAIN);

  WorstCase {
    rows = List.copyOf(rows);
  }

  StressRow worst() {
    return rows.get(0);
  }

  String title() {
    return "worst by %s: %s, %s".formatted(figure.title(), worst().method(), worst().subject());
  }

  /** For each figure that says anything. */
  static List<WorstCase> of(List<StressRow> rows) {
    List<WorstCase> cases = new ArrayList<>();
    for (StressFigure figure : LOOKED_AT) {
      Optional<StressRow> worst =
          rows.stream()
              .filter(row -> figure.of(row).isPresent() && figure.badness(row) > 0)
              .max(Comparator.comparingDouble(figure::badness));
      worst.ifPresent(row -> cases.add(new WorstCase(figure, beside(row, rows), 0, 0, 0)));
    }
    return cases;
  }

  private static List<StressRow> beside(StressRow worst, List<StressRow> rows) {
    List<StressRow> all = new ArrayList<>(List.of(worst));
    rows.stream()
        .filter(row -> row.subject().equals(worst.subject()) && !row.equals(worst))
        .forEach(all::add);
    return all;
  }

  /** Pieces at 1:1, one for each row. */
  List<BufferedImage> crops(Path folder) {
    List<BufferedImage> pictures =
        rows.stream().map(row -> DrawnFiles.read(folder.resolve(row.picture()))).toList();
    WorstCase placed = placed(pictures);
    return pictures.stream()
        .map(picture -> picture.getSubimage(placed.left, placed.top, placed.side, placed.side))
        .toList();
  }

  /** Where the first differs most from the mean of the others, or from grey where it is alone. */
  private WorstCase placed(List<BufferedImage> pictures) {
    List<GreyPicture> luma =
        pictures.stream()
            .map(GreyPicture::of)
            .map(grey -> grey.downscaled(grey.width() / 8, grey.height() / 8))
            .toList();
    GreyPicture worst = luma.get(0);
    float[] apart = new float[worst.values().length];
    for (int n = 0; n < apart.length; n++) {
      double others = 0;
      for (GreyPicture other : luma.subList(1, luma.size())) {
        others += other.values()[n] / (luma.size() - 1);
      }
      double difference = worst.values()[n] - (luma.size() == 1 ? 0.5 : others);
      apart[n] = (float) (difference * difference);
    }
    GreyPicture map = new GreyPicture(worst.width(), worst.height(), apart);
    int width = pictures.get(0).getWidth();
    int height = pictures.get(0).getHeight();
    int wanted = Math.min(LARGEST, Math.min(width, height));
    WorstCase best = new WorstCase(figure, rows, 0, 0, wanted);
    double most = -1;
    for (int n = 0; n < PLACES * PLACES; n++) {
      int x = (width - wanted) * (n % PLACES) / (PLACES - 1);
      int y = (height - wanted) * (n / PLACES) / (PLACES - 1);
      int right = Math.min(map.width(), (x + wanted) / 8);
      int bottom = Math.min(map.height(), (y + wanted) / 8);
      double here = map.mean(x / 8, y / 8, right, bottom);
      if (here > most) {
        most = here;
        best = new WorstCase(figure, rows, x, y, wanted);
      }
    }
    return best;
  }

  /**
   * The same as files for the page.
   *
   * @return their names, case after case, row after row
   */
  static List<String> writeCrops(List<WorstCase> cases, Path folder) {
    List<String> names = new ArrayList<>();
    for (int n = 0; n < cases.size(); n++) {
      List<BufferedImage> crops = cases.get(n).crops(folder);
      for (int k = 0; k < crops.size(); k++) {
        String name = "worst-" + (n + 1) + "-" + (k + 1) + ".png";
        DrawnFiles.write(crops.get(k), folder.resolve(name));
        names.add(name);
      }
    }
    return names;
  }
}
