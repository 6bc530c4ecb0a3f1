package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a UNet loses whose matrices lie in eight bits. */
class Float8WeightsIT {
  private static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("networks.safetensors"));
  private static final TorchDevice CPU = TorchDevice.parse("cpu");

  private static NoiseNetwork load(Path folder, Precision precision) {
    ModelFolder model = ModelFolder.open(ModelSource.of(folder));
    return NoiseNetwork.load(model.unet().config(), model.unet().weights(), CPU, precision);
  }

  /** Three bits of a mantissa, of which each product sums up many. */
  @Test
  void predictsNearlyTheReferencesNoise() {
    try (NoiseNetwork unet = load(GoldenData.tinySdxl(), Precision.FLOAT16_FLOAT8)) {
      TorchThread.prepare(1);

      Tensor noise =
          unet.predict(
              GOLDEN.tensor("unet.3.sample"),
              new float[] {241, 241},
              GOLDEN.tensor("unet.3.context"),
              1,
              new NoiseNetwork.Added(
                  GOLDEN.tensor("unet.3.pooled"), GOLDEN.tensor("unet.3.time_ids")));

      double error = relativeError(noise, GOLDEN.tensor("unet.3.out"));
      assertThat(error).isBetween(0.001, 0.05);
    }
  }

  /** A trained one at three times: what its predictions move by, of their own spread. */
  @Test
  void staysWithinThreeHundredthsOfTheMiniaturesNoise() {
    Path miniature = GoldenData.path("../../../../deploy/models/miniature").normalize();
    try (NoiseNetwork exact = load(miniature, Precision.FLOAT32);
        NoiseNetwork small = load(miniature, Precision.FLOAT16_FLOAT8)) {
      TorchThread.prepare(1);
      ModelFolder model = ModelFolder.open(ModelSource.of(miniature));
      int width = model.unet().config().contextWidth();
      int pooled = model.towers().get(1).config().projectionWidth();
      Tensor context = gaussian(1, 77, width);
      NoiseNetwork.Added added =
          new NoiseNetwork.Added(gaussian(1, pooled), new Tensor(new int[] {1, 6}, IDS));
      Tensor sample = gaussian(1, 4, 32, 32);
      for (float timestep : new float[] {981, 501, 21}) {
        Tensor expected = exact.predict(sample, new float[] {timestep}, context, 1, added);

        Tensor actual = small.predict(sample, new float[] {timestep}, context, 1, added);

        assertThat(spread(minus(actual, expected)) / spread(expected)).isBetween(0.001, 0.03);
      }
    }
  }

  private static final float[] IDS = {256, 256, 0, 0, 256, 256};

  private static Tensor gaussian(int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(3);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = (float) random.nextGaussian();
    }
    return tensor;
  }

  private static float[] minus(Tensor one, Tensor other) {
    float[] values = one.values().clone();
    for (int n = 0; n < values.length; n++) {
      values[n] -= other.values()[n];
    }
    return values;
  }

  private static double spread(Tensor tensor) {
    return spread(tensor.values());
  }

  private static double spread(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / values.length);
  }
}
