package demofusion.worker.model.random;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomModelIT {
  private static final AssetId TEXT = new AssetId("text");

  @TempDir Path scratch;

  /** What is not finite the model refuses itself. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT16"})
  void staysSmall_throughEveryNetwork(Precision precision) {
    Path folder = RandomModel.folder(Path.of("..", "deploy", "models", "miniature"), scratch, 1);

    try (DiffusionModel model = ModelFolder.open(ModelSource.of(folder)).load("cpu", precision)) {
      Tensor noise = model.predictNoise(work(model), text(model)).noise();
      Tensor pixels =
          model.decode(new Work.DecodeLatent(noise(4, 32, 32), AssetId.NONE, 1), null).pixels();

      assertThat(deviation(noise)).isBetween(0.1, 10.0);
      assertThat(deviation(pixels)).isBetween(0.01, 0.5);
    }
  }

  private static JobAssets text(DiffusionModel model) {
    return JobAssets.of(
        model
            .encodeText(new Work.EncodeText(Prompts.of("a lighthouse"), true))
            .toConditioning(TEXT));
  }

  private static Work.PredictNoise work(DiffusionModel model) {
    int pixels = 32 * model.card().geometry().vaeScaleFactor();
    return new Work.PredictNoise(
        noise(1, 4, 32, 32),
        500,
        List.of(new MicroConditioning(pixels, pixels, 0, 0, pixels, pixels)),
        List.of(TEXT),
        new Guidance(7.5f, 0),
        GuidanceHalf.BOTH,
        1);
  }

  private static Tensor noise(int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(1);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = (float) random.nextGaussian();
    }
    return tensor;
  }

  private static double deviation(Tensor tensor) {
    double sum = 0;
    double squares = 0;
    for (float value : tensor.values()) {
      sum += value;
      squares += value * value;
    }
    double mean = sum / tensor.values().length;
    return Math.sqrt(squares / tensor.values().length - mean * mean);
  }
}
