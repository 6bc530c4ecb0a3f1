package demofusion.worker.model.sdxl;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The miniature's decoder in tiles against the same decoder on the whole latent of a procedural
 * scene, whose left side is another picture than its right. The assembly here is the simplest one;
 * the coordinator has its own.
 */
class TiledDecodingIT {
  /** Latent samples of a tile without its overlap, of the overlap, of half a feathered seam. */
  private static final int CORE = 64;

  private static final int OVERLAP = 12;
  private static final int FEATHER = 4;

  private static final int HEIGHT = 72;
  private static final int WIDTH = 192;

  private static DiffusionModel model;
  private static int factor;
  private static Tensor latent;
  private static Tensor whole;
  private static Tensor withOwnStatistics;

  @BeforeAll
  static void decodeWhole() {
    ModelFolder folder = ModelFolder.open(ModelSource.of(Models.miniature()));
    model = folder.load("cpu", Precision.FLOAT32);
    factor = folder.geometry().vaeScaleFactor();
    Tensor scene = ProceduralScene.draw(HEIGHT * factor, WIDTH * factor);
    latent = model.encodePicture(new Work.EncodePicture(scene)).mean();
    whole = decode(latent, null);
    withOwnStatistics = decodeInTiles(null);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void looksLikeTheWholePicture_whenTilesShareItsStatistics() {
    Tensor crops = new Tensor(new int[] {1, 4, HEIGHT, WIDTH}, latent.values());
    WorkResult.SurveyedLatent survey = model.survey(new Work.SurveyLatent(crops, 0, 1));

    Tensor tiled = decodeInTiles(new Asset.DecoderSurvey(new AssetId("survey"), survey.layers()));

    double[] differences = sortedDifferences(tiled);
    double mean = Arrays.stream(differences).average().orElseThrow();
    double high = differences[(int) (differences.length * 0.999)];
    double seams = gradientAcrossSeams(tiled) / gradientAcrossSeams(whole);
    assertThat(mean * 255).as("mean difference, in 255ths").isLessThan(1);
    assertThat(high * 255).as("99.9th percentile, in 255ths").isLessThan(4);
    assertThat(seams).as("gradient across seams, against the whole picture's").isLessThan(1.05);
  }

  @Test
  void drifts_whenEveryTileHasStatisticsOfItsOwn() {
    double[] differences = sortedDifferences(withOwnStatistics);

    assertThat(Arrays.stream(differences).average().orElseThrow() * 255).isGreaterThan(2);
  }

  @Test
  void surveysCropsToo_whenTheLatentIsTooLarge() {
    Tensor crops = Tensor.zeros(3, 4, 48, 48);
    for (int n = 0; n < 3; n++) {
      Tensor crop = cut(12, 72 * n, 48, 48);
      System.arraycopy(
          crop.values(), 0, crops.values(), n * crop.values().length, crop.values().length);
    }

    WorkResult.SurveyedLatent survey = model.survey(new Work.SurveyLatent(crops, 8, 1));

    Tensor tiled = decodeInTiles(new Asset.DecoderSurvey(new AssetId("survey"), survey.layers()));
    assertThat(Arrays.stream(sortedDifferences(tiled)).average().orElseThrow() * 255)
        .isLessThan(
            Arrays.stream(sortedDifferences(withOwnStatistics)).average().orElseThrow() * 255);
  }

  private static Tensor decode(Tensor tile, Asset.@Nullable DecoderSurvey survey) {
    AssetId id = survey == null ? AssetId.NONE : survey.id();
    return model.decode(new Work.DecodeLatent(tile, id, 1), survey).pixels();
  }

  /** Tiles side by side over the width; their seams are feathered linearly. */
  private static Tensor decodeInTiles(Asset.@Nullable DecoderSurvey survey) {
    Tensor picture = Tensor.zeros(whole.shape());
    int width = WIDTH * factor;
    for (int from = 0; from < WIDTH; from += CORE) {
      int left = Math.max(0, from - OVERLAP);
      int right = Math.min(WIDTH, from + CORE + OVERLAP);
      Tensor tile = decode(cut(0, left, HEIGHT, right - left), survey);
      int tileWidth = (right - left) * factor;
      for (int n = 0; n < tile.values().length; n++) {
        int x = left * factor + n % tileWidth;
        double weight = Math.min(rise(x, from), 1 - rise(x, from + CORE));
        picture.values()[n / tileWidth * width + x] += (float) weight * tile.values()[n];
      }
    }
    return picture;
  }

  /** From 0 to 1 across the seam at a latent column; the picture's own borders are no seams. */
  private static double rise(int x, int seam) {
    if (seam <= 0 || seam >= WIDTH) {
      return seam <= 0 ? 1 : 0;
    }
    double feather = FEATHER * factor;
    return Math.min(1, Math.max(0, (x + 0.5 - seam * factor + feather) / (2 * feather)));
  }

  private static Tensor cut(int top, int left, int height, int width) {
    Tensor tile = Tensor.zeros(4, height, width);
    for (int row = 0; row < 4 * height; row++) {
      int from = (row / height * HEIGHT + top + row % height) * WIDTH + left;
      System.arraycopy(latent.values(), from, tile.values(), row * width, width);
    }
    return tile;
  }

  private static double[] sortedDifferences(Tensor tiled) {
    double[] differences = new double[tiled.values().length];
    for (int n = 0; n < differences.length; n++) {
      differences[n] = Math.abs(tiled.values()[n] - whole.values()[n]);
    }
    Arrays.sort(differences);
    return differences;
  }

  /** Mean step between the columns at a feathered seam, relative to all other columns. */
  private static double gradientAcrossSeams(Tensor picture) {
    int width = WIDTH * factor;
    double[] sums = new double[2];
    long[] counts = new long[2];
    for (int n = 1; n < picture.values().length; n++) {
      int x = n % width;
      if (x > 0) {
        int away = Math.floorMod(x + FEATHER * factor, CORE * factor);
        boolean seam =
            away <= 2 * FEATHER * factor && x > CORE * factor / 2 && x < width - CORE * factor / 2;
        sums[seam ? 1 : 0] += Math.abs(picture.values()[n] - picture.values()[n - 1]);
        counts[seam ? 1 : 0]++;
      }
    }
    return sums[1] / counts[1] / (sums[0] / counts[0]);
  }
}
