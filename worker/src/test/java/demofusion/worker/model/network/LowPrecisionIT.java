package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.DiffusionModelContract;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tiny model in half precision, as on a GPU: the contract holds, and noise is near float32's.
 */
class LowPrecisionIT extends DiffusionModelContract {
  private static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("networks.safetensors"));

  private static ModelFolder folder;
  private static DiffusionModel model;

  @BeforeAll
  static void load() {
    folder = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
    model = folder.load("cpu", Precision.BFLOAT16);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Override
  protected DiffusionModel model() {
    return model;
  }

  /** Seven bits of a mantissa, times a guidance of 7.5. */
  @Override
  protected double guidanceTolerance() {
    return 0.2;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void predictsNearlyTheReferencesNoise(Precision precision) {
    try (NoiseNetwork unet =
        NoiseNetwork.load(
            folder.unet().config(), folder.unet().weights(), TorchDevice.parse("cpu"), precision)) {
      TorchThread.prepare(1);

      Tensor noise =
          unet.predict(
              GOLDEN.tensor("unet.3.sample"),
              new float[] {241, 241},
              GOLDEN.tensor("unet.3.context"),
              1,
              new NoiseNetwork.Added(
                  GOLDEN.tensor("unet.3.pooled"), GOLDEN.tensor("unet.3.time_ids")));

      assertThat(relativeError(noise, GOLDEN.tensor("unet.3.out")))
          .isLessThan(precision == Precision.FLOAT16 ? 0.01 : 0.05);
    }
  }

  @Test
  void keepsTheVaeInFloat32_whereTheFolderSaysThatItOverflows() {
    assertThat(folder.vae().config().forceUpcast()).isTrue();
    assertThat(Networks.vaePrecision(folder, Precision.FLOAT16)).isEqualTo(Precision.FLOAT32);
  }
}
