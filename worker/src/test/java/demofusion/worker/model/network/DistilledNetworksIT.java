package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.folder.GoldenFamilies;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SDXL's distilled relatives, whose middle is one resnet or none and whose transformers differ in
 * depth within a block, against what diffusers computed.
 */
class DistilledNetworksIT {
  private static final double TOLERANCE = 1e-4;

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"ssd1b", "vega", "koala700m", "koala1b", "lcm"})
  void predictsDiffusersNoise(String name) throws IOException {
    SafetensorsFile golden = SafetensorsFile.open(GoldenData.path("models/families.safetensors"));
    ModelFolder.Part<UnetConfig> part = GoldenFamilies.unet(name, temp);
    Tensor sample = golden.tensor(name + ".sample");
    float[] timesteps = new float[sample.shape()[0]];
    Arrays.fill(timesteps, golden.tensor(name + ".timestep").values()[0]);

    try (NoiseNetwork unet =
        NoiseNetwork.load(
            part.config(), part.weights(), TorchDevice.parse("cpu"), Precision.FLOAT32)) {
      TorchThread.prepare(1);
      Tensor noise =
          unet.predict(
              sample,
              timesteps,
              golden.tensor(name + ".context"),
              name.equals("lcm") ? golden.tensor("lcm.guidance").values()[0] : 1,
              new NoiseNetwork.Added(
                  golden.tensor(name + ".pooled"), golden.tensor(name + ".time_ids")));

      Tensor expected = golden.tensor(name + ".out");
      assertThat(relativeError(noise, expected)).isLessThan(TOLERANCE);
    }
  }
}
