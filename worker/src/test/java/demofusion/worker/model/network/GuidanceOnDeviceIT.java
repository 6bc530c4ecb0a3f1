package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A device guides as the coordinator does: what the network says of both halves is one batch. */
class GuidanceOnDeviceIT {
  private static final int SIDE = 16;
  private static final int SIZE = 4 * SIDE * SIDE;

  private static NoiseNetwork unet;

  @BeforeAll
  static void load() {
    ModelFolder folder = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
    unet =
        NoiseNetwork.load(
            folder.unet().config(),
            folder.unet().weights(),
            TorchDevice.parse("cpu"),
            Precision.FLOAT32);
    TorchThread.prepare(1);
  }

  @AfterAll
  static void close() {
    unet.close();
  }

  static Stream<Guidance> guidance() {
    return Stream.of(
        new Guidance(7.5f, 0),
        new Guidance(7.5f, 0, new Guidance.Split(35, GuidanceSplit.FA, 8, 11)),
        new Guidance(7.5f, 0.7f, new Guidance.Split(25, GuidanceSplit.FA, 16, 5)),
        new Guidance(7.5f, 0, new Guidance.Split(7.5f, GuidanceSplit.WAVELET, 0, 0)));
  }

  @ParameterizedTest
  @MethodSource("guidance")
  void combinesBothHalvesAsTheCoordinatorDoes(Guidance guidance) {
    Tensor tile = noise(1, 1, 4, SIDE, SIDE);
    Tensor context = noise(2, 2, 7, 40);
    Tensor pooled = noise(3, 2, 20);
    Tensor ids = new Tensor(new int[] {1, 6}, new float[] {128, 128, 0, 0, 128, 128});

    Tensor guided =
        unet.predictGuided(
            tile,
            501,
            context,
            new NoiseNetwork.Added(pooled, ids),
            guidance,
            NoiseNetwork.Extra.NONE);

    Tensor both =
        unet.predict(
            twice(tile),
            new float[] {501, 501},
            context,
            guidance.scale(),
            new NoiseNetwork.Added(pooled, twice(ids)));
    Tensor combined = guidance.apply(half(both, 1), half(both, 0));
    assertThat(relativeError(guided, combined)).isLessThan(1e-6);
  }

  private static Tensor noise(long seed, int... shape) {
    Tensor noise = Tensor.zeros(shape);
    Random random = new Random(seed);
    for (int n = 0; n < noise.values().length; n++) {
      noise.values()[n] = (float) random.nextGaussian();
    }
    return noise;
  }

  private static Tensor twice(Tensor one) {
    int size = one.values().length;
    float[] values = Arrays.copyOf(one.values(), 2 * size);
    System.arraycopy(one.values(), 0, values, size, size);
    int[] shape = one.shape().clone();
    shape[0] = 2 * shape[0];
    return new Tensor(shape, values);
  }

  private static Tensor half(Tensor both, int index) {
    return new Tensor(
        new int[] {1, 4, SIDE, SIDE},
        Arrays.copyOfRange(both.values(), index * SIZE, (index + 1) * SIZE));
  }
}
