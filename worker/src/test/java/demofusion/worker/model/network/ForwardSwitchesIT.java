package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static demofusion.worker.model.network.ForwardSwitches.BUILT_IN;
import static demofusion.worker.model.network.ForwardSwitches.EAGER;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.lora.LoraSet;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What only a GPU turns on, turned on here: each way of computing is as near the reference as the
 * CPU's own.
 */
class ForwardSwitchesIT {
  private static final double TOLERANCE = 1e-4;
  private static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("networks.safetensors"));
  private static final TorchDevice CPU = TorchDevice.parse("cpu");
  private static final ModelFolder FOLDER = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
  private static final ForwardSwitches NORMS = new ForwardSwitches(true, false, false, false);
  private static final ForwardSwitches JOINED = new ForwardSwitches(false, true, false, false);
  private static final ForwardSwitches AS_ON_A_GPU = new ForwardSwitches(true, true, false, false);

  private static NoiseNetwork unet(ForwardSwitches switches, Precision precision) {
    return NoiseNetwork.load(
        FOLDER.unet().config(), FOLDER.unet().weights(), CPU, precision, switches);
  }

  private static Tensor predict(NoiseNetwork unet, int n) {
    TorchThread.prepare(1);
    String prefix = "unet." + n + ".";
    Tensor sample = GOLDEN.tensor(prefix + "sample");
    float[] timesteps = new float[sample.shape()[0]];
    Arrays.fill(timesteps, GOLDEN.tensor(prefix + "timestep").values()[0]);
    return unet.predict(
        sample,
        timesteps,
        GOLDEN.tensor(prefix + "context"),
        1,
        new NoiseNetwork.Added(
            GOLDEN.tensor(prefix + "pooled"), GOLDEN.tensor(prefix + "time_ids")));
  }

  private static double error(Tensor noise, int n) {
    return relativeError(noise, GOLDEN.tensor("unet." + n + ".out"));
  }

  private static Stream<ForwardSwitches> switches() {
    return Stream.of(BUILT_IN, NORMS, JOINED, AS_ON_A_GPU, EAGER);
  }

  @ParameterizedTest
  @MethodSource("switches")
  void predictsTheReferencesNoise(ForwardSwitches switches) {
    try (NoiseNetwork unet = unet(switches, Precision.FLOAT32)) {
      for (int n = 0; n < 5; n++) {
        assertThat(error(predict(unet, n), n)).as("unet." + n).isLessThan(TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("switches")
  void predictsNearlyTheSameInHalfPrecision(ForwardSwitches switches) {
    try (NoiseNetwork unet = unet(switches, Precision.FLOAT16)) {
      assertThat(error(predict(unet, 3), 3)).isLessThan(0.01);
    }
    try (NoiseNetwork unet = unet(switches, Precision.BFLOAT16)) {
      assertThat(error(predict(unet, 3), 3)).isLessThan(0.05);
    }
  }

  @ParameterizedTest
  @MethodSource("switches")
  void decodesAndEncodesAsTheReferenceDoes(ForwardSwitches switches) {
    try (VaeNetwork vae =
        VaeNetwork.load(
            FOLDER.vae().config(), FOLDER.vae().weights(), CPU, Precision.FLOAT32, switches)) {
      TorchThread.prepare(1);
      for (int n = 0; n < 3; n++) {
        Tensor pixels = vae.decode(GOLDEN.tensor("vae_decode." + n + ".latent"));

        Tensor expected = GOLDEN.tensor("vae_decode." + n + ".image");
        assertThat(relativeError(pixels, expected)).isLessThan(TOLERANCE);
      }
      assertThat(
              relativeError(
                  vae.encode(GOLDEN.tensor("vae_encode.image")).get(0),
                  GOLDEN.tensor("vae_encode.mean")))
          .isLessThan(TOLERANCE);
    }
  }

  /** LoRAs touch some parts of a joined matrix, and leave the model's own as they are. */
  @ParameterizedTest
  @ValueSource(strings = {"kohya", "loha", "dora"})
  void mergesLorasIntoJoinedMatrices(String name) {
    LoraSet loras =
        LoraSet.ofUnet(
            FOLDER,
            List.of(new LoraUse(name, "a".repeat(64), 1, 0)),
            hash -> GoldenData.path("models/lora/" + name + ".safetensors"));
    try (NoiseNetwork plain = unet(BUILT_IN, Precision.FLOAT32);
        NoiseNetwork plainWith = plain.with(loras);
        NoiseNetwork joined = unet(JOINED, Precision.FLOAT32)) {
      Tensor before = predict(joined, 3);
      try (NoiseNetwork joinedWith = joined.with(loras)) {
        Tensor with = predict(joinedWith, 3);

        assertThat(relativeError(with, predict(plainWith, 3))).isLessThan(TOLERANCE);
        assertThat(relativeError(with, before)).isGreaterThan(10 * TOLERANCE);
      }
      assertThat(predict(joined, 3)).isEqualTo(before);
    }
  }

  @Test
  void turnsNothingOnByItself_whereThereIsNoGpu() {
    assertThat(ForwardSwitches.of(CPU)).isEqualTo(BUILT_IN);
    assertThat(CPU.computeCapability()).isZero();
  }

  /** The kernel is CUDA's, so here it cannot prove itself and stays off. */
  @Test
  void staysWithItsOwnAttention_whereCudnnDoesNotProveItself() {
    ForwardSwitches cudnn = new ForwardSwitches(false, false, true, false);
    try (NoiseNetwork unet = unet(cudnn, Precision.FLOAT16);
        NoiseNetwork builtIn = unet(BUILT_IN, Precision.FLOAT16)) {
      assertThat(predict(unet, 3)).isEqualTo(predict(builtIn, 3));
    }
  }
}
