package demofusion.worker.model.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.FloatConversion;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomModelTest {
  private static final Path MODELS = Path.of("..", "deploy", "models");

  @TempDir Path scratch;

  @Test
  void isAFolderOfTheSameArchitecture() {
    ModelFolder model = ModelFolder.open(ModelSource.of(miniature(1)));

    Architecture wanted = Architecture.read(ModelSource.of(MODELS.resolve("miniature")));
    assertThat(model.unet().parameters()).isEqualTo(wanted.unetLayout().parameters());
    assertThat(model.geometry()).isEqualTo(wanted.geometry());
    assertThat(model.unet().weights().type("conv_in.weight")).isEqualTo("F16");
    assertThat(model.parts().stream().mapToLong(part -> part.weights().storedBytes()).sum())
        .isEqualTo(RandomModel.bytes(wanted));
  }

  @Test
  void hasTheSameBytesForTheSameSeed() throws IOException {
    Path first = miniature(1);
    Path other = miniature(2);
    Path again = RandomModel.folder(MODELS.resolve("miniature"), scratch.resolve("elsewhere"), 1);

    assertThat(weights(again)).isEqualTo(weights(first)).isNotEqualTo(weights(other));
  }

  @Test
  void isWrittenOnce_andLeavesNothingElse() throws IOException {
    Path folder = miniature(1);
    Path marker = Files.createFile(folder.resolve("marker"));

    miniature(1);

    assertThat(marker).exists();
    try (Stream<Path> there = Files.list(scratch)) {
      assertThat(there).containsExactly(folder);
    }
  }

  @Test
  void handsOnTheSpreadThatALayerIsGiven() {
    ModelFolder model = ModelFolder.open(ModelSource.of(miniature(1)));

    assertThat(variance(model, "mid_block.resnets.0.conv1.weight") * inputs(model))
        .isCloseTo(1, within(0.02));
    assertThat(values(model, "conv_norm_out.weight")).containsOnly(1f);
    assertThat(values(model, "conv_norm_out.bias")).hasSizeGreaterThan(1).doesNotContain(0f);
  }

  @Test
  void makesAWholeSdxl_ifThereWereRoom() {
    Architecture sdxl = Architecture.read(ModelSource.of(MODELS.resolve("sdxl-base")));

    assertThat(RandomModel.bytes(sdxl)).isBetween(6_900_000_000L, 6_950_000_000L);
  }

  @Test
  void leavesNothingBehind_whereItCannotBeWritten() throws IOException {
    Path file = Files.createFile(scratch.resolve("file"));

    assertThatThrownBy(() -> RandomModel.folder(MODELS.resolve("miniature"), file, 1))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("could not be written");
  }

  @Test
  void roundsToTheNearestHalf() {
    for (float value : new float[] {0, 1, -1, 0.1f, -0.333f, 3e-5f, 6.1e-5f, 1e-7f, 5e-8f, 1.7f}) {
      float half = toFloat(RandomWeights.half(value));

      float step = Math.max(0x1p-24f, Math.ulp(value) * (1 << 13));
      assertThat(half).isCloseTo(value, within(step / 2));
    }
    assertThat(RandomWeights.half(1.0004883f)).isEqualTo((short) 0x3c00); // a tie, to even
    assertThat(RandomWeights.half(1.0014648f)).isEqualTo((short) 0x3c02);
  }

  private Path miniature(long seed) {
    return RandomModel.folder(MODELS.resolve("miniature"), scratch, seed);
  }

  private static byte[] weights(Path folder) throws IOException {
    return Files.readAllBytes(folder.resolve("unet/diffusion_pytorch_model.safetensors"));
  }

  private static double variance(ModelFolder model, String name) {
    double sum = 0;
    float[] values = values(model, name);
    for (float value : values) {
      sum += value * value;
    }
    return sum / values.length;
  }

  private static float toFloat(short half) {
    ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return FloatConversion.toFloats(DType.F16, bytes.putShort(0, half))[0];
  }

  private static long inputs(ModelFolder model) {
    long[] shape = model.unet().weights().shape("mid_block.resnets.0.conv1.weight");
    return shape[1] * shape[2] * shape[3];
  }

  private static float[] values(ModelFolder model, String name) {
    return FloatConversion.toFloats(DType.F16, model.unet().weights().bytes(name));
  }
}
