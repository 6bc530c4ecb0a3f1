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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks of the tiny model against what the reference computed, within 1e-4 relative. */
class GoldenNetworksIT {
  private static final double TOLERANCE = 1e-4;
  private static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("networks.safetensors"));
  private static final TorchDevice CPU = TorchDevice.parse("cpu");

  private static NoiseNetwork unet;
  private static VaeNetwork vae;

  @BeforeAll
  static void load() {
    ModelFolder folder = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
    unet =
        NoiseNetwork.load(folder.unet().config(), folder.unet().weights(), CPU, Precision.FLOAT32);
    vae = VaeNetwork.load(folder.vae().config(), folder.vae().weights(), CPU, Precision.FLOAT32);
    TorchThread.prepare(1);
  }

  @AfterAll
  static void close() {
    unet.close();
    vae.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void predictsTheReferencesNoise_oddSizesIncluded(int n) {
    String prefix = "unet." + n + ".";
    Tensor sample = GOLDEN.tensor(prefix + "sample");
    float[] timesteps = new float[sample.shape()[0]];
    Arrays.fill(timesteps, GOLDEN.tensor(prefix + "timestep").values()[0]);

    Tensor noise =
        unet.predict(
            sample,
            timesteps,
            GOLDEN.tensor(prefix + "context"),
            1,
            new NoiseNetwork.Added(
                GOLDEN.tensor(prefix + "pooled"), GOLDEN.tensor(prefix + "time_ids")));

    assertThat(relativeError(noise, GOLDEN.tensor(prefix + "out"))).isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void decodesTheReferencesPicture(int n) {
    Tensor pixels = vae.decode(GOLDEN.tensor("vae_decode." + n + ".latent"));

    Tensor expected = GOLDEN.tensor("vae_decode." + n + ".image");
    assertThat(relativeError(pixels, expected)).isLessThan(TOLERANCE);
  }

  @Test
  void encodesThePictureAsTheReferenceDoes() {
    List<Tensor> gaussian = vae.encode(GOLDEN.tensor("vae_encode.image"));

    Tensor logVariance = GOLDEN.tensor("vae_encode.logvar");
    float[] deviation = logVariance.values().clone();
    for (int i = 0; i < deviation.length; i++) {
      deviation[i] = (float) Math.exp(0.5 * deviation[i]);
    }
    assertThat(relativeError(gaussian.get(0), GOLDEN.tensor("vae_encode.mean")))
        .isLessThan(TOLERANCE);
    assertThat(relativeError(gaussian.get(1), new Tensor(logVariance.shape(), deviation)))
        .isLessThan(TOLERANCE);
  }
}
