package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.image.LatentCut;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.TileMosaic;
import demofusion.coordinator.image.TilePlan;
import demofusion.coordinator.render.PictureTiling;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A picture as the coordinator has it decoded, tile by tile, against the same decoder on the whole
 * latent.
 */
class TiledPictureIT {
  private static final int HEIGHT = 768; // pixels; 96 latent samples
  private static final int WIDTH = 1216; // 152: two tiles

  @TempDir Path temporary;

  @Test
  void looksLikeTheWholePicture() throws IOException {
    ModelFolder folder = ModelFolder.open(ModelSource.of(Path.of("models", "miniature")));
    try (DiffusionModel model = folder.load("cpu", Precision.FLOAT32)) {
      Latent latent = Latent.of(model.encodePicture(new Work.EncodePicture(scene())).mean());
      WorkResult.DecodedPixels whole =
          model.decode(new Work.DecodeLatent(flat(latent), AssetId.NONE, 1), null);

      try (TileMosaic tiled = decodeInTiles(model, latent)) {
        int[] histogram = differences(PixelRows.of(whole.pixels()), tiled);

        assertThat(mean(histogram)).as("mean difference, in 255ths").isLessThan(1);
        assertThat(percentile(histogram, 0.999)).as("99.9th percentile, in 255ths").isLessThan(4);
      }
    }
  }

  private TileMosaic decodeInTiles(DiffusionModel model, Latent latent) throws IOException {
    PictureTiling tiling = PictureTiling.of(model.card().geometry());
    TilePlan plan = tiling.tiles(latent.extent());
    assertThat(plan.tiles()).hasSizeGreaterThan(1);
    Tensor crops = LatentCut.stack(Samples.of(latent), tiling.surveys(latent.extent()));
    WorkResult.SurveyedLatent surveyed =
        model.survey(new Work.SurveyLatent(crops, tiling.surveyMargin(latent.extent()), 1));
    AssetId id = new AssetId("survey");
    Asset.DecoderSurvey survey = new Asset.DecoderSurvey(id, surveyed.layers());
    TileMosaic mosaic = TileMosaic.create(plan, 8, temporary.resolve("tiles"));
    List<LatentCut> tiles = plan.tiles();
    for (int n = 0; n < tiles.size(); n++) {
      Work.DecodeLatent work = new Work.DecodeLatent(tiles.get(n).from(Samples.of(latent)), id, 1);
      mosaic.accept(n, model.decode(work, survey).pixels());
    }
    return mosaic;
  }

  private static Tensor flat(Latent latent) {
    return new LatentCut(0, 0, latent.extent().height(), latent.extent().width())
        .from(Samples.of(latent));
  }

  /** A sky over hills on the left, a dark wall with windows on the right. */
  private static Tensor scene() {
    Tensor pixels = Tensor.zeros(3, HEIGHT, WIDTH);
    for (int n = 0; n < pixels.values().length; n++) {
      int colour = n / (HEIGHT * WIDTH);
      int y = n / WIDTH % HEIGHT;
      int x = n % WIDTH;
      double hill = 400 + 60 * Math.sin(x / 70.0) + 20 * Math.sin(x / 17.0);
      double value =
          y < hill ? 0.8 - y / 700.0 + 0.1 * colour : -0.3 + 0.2 * Math.sin(x * y / 9000.0);
      if (x > 700) {
        value = x / 40 % 3 == 0 && y / 60 % 2 == 0 ? 0.7 - 0.4 * colour : -0.8 + 0.1 * colour;
      }
      pixels.values()[n] = (float) value;
    }
    return pixels;
  }

  /** How many values differ by how many 255ths. */
  private static int[] differences(PixelRows one, PixelRows other) throws IOException {
    int[] histogram = new int[256];
    byte[] row = new byte[3 * WIDTH];
    byte[] otherRow = new byte[3 * WIDTH];
    for (int y = 0; y < HEIGHT; y++) {
      one.read(y, row);
      other.read(y, otherRow);
      for (int n = 0; n < row.length; n++) {
        histogram[Math.abs((row[n] & 0xff) - (otherRow[n] & 0xff))]++;
      }
    }
    return histogram;
  }

  private static double mean(int[] histogram) {
    double sum = 0;
    for (int difference = 0; difference < histogram.length; difference++) {
      sum += (double) difference * histogram[difference];
    }
    return sum / (3.0 * WIDTH * HEIGHT);
  }

  private static int percentile(int[] histogram, double share) {
    long left = (long) (share * 3 * WIDTH * HEIGHT);
    int difference = 0;
    while (left >= histogram[difference]) {
      left -= histogram[difference++];
    }
    return difference;
  }
}
