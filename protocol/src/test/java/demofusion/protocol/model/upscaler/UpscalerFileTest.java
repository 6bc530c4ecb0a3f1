package demofusion.protocol.model.upscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpscalerFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "rrdb-x4, 3, 16, 8, 2, 2, 4",
    "rrdb-x4-old, 3, 16, 8, 1, 2, 4",
    "rrdb-x2, 12, 16, 8, 1, 2, 2"
  })
  void readsTheGoldenUpscalersShapes(
      String name, int inputs, int width, int growth, int blocks, int doublings, int scale) {
    UpscalerFile file = golden(name);

    assertThat(file.shape()).isEqualTo(new RrdbShape(inputs, width, growth, blocks, doublings));
    assertThat(file.scale()).isEqualTo(scale);
    assertThat(file.names()).hasSameSizeAs(file.file().names());
  }

  @Test
  void knowsTheUsualNetworksSize() {
    long numbers =
        new RrdbShape(3, 64, 32, 23, 2)
            .tensors().values().stream().mapToLong(UpscalerFileTest::size).sum();

    assertThat(numbers).isEqualTo(16_697_987);
  }

  @Test
  void readsTheFirstReleasesNamesToo() throws IOException {
    Path old = write(UpscalerFileTest::firstReleased, tensors -> {});

    assertThat(UpscalerFile.open(old).shape()).isEqualTo(golden("rrdb-x4-old").shape());
  }

  @Test
  void readsOneDoublingWithoutTheSecond() throws IOException {
    Path one =
        write(
            UnaryOperator.identity(),
            tensors -> tensors.keySet().removeIf(name -> name.startsWith("upconv2")));

    assertThat(UpscalerFile.open(one).scale()).isEqualTo(2);
  }

  @Test
  void refusesWhatIsMissingUnknownOrOfAnotherShape() throws IOException {
    assertRefused(
        tensors -> tensors.remove("RRDB_trunk.0.RDB2.conv3.bias"),
        "has no tensor body.0.rdb2.conv3.bias, which an RRDBNet of 1 blocks has");
    assertRefused(
        tensors -> tensors.put("attention.weight", Tensor.zeros(2)),
        "has 1 tensors that no RRDBNet has, such as attention.weight");
    assertRefused(
        tensors -> tensors.put("HRconv.weight", Tensor.zeros(16, 15, 3, 3)),
        "has HRconv.weight with shape [16, 15, 3, 3] where its other layers require [16, 16, 3, 3]");
    assertRefused(
        tensors -> tensors.put("conv_first.weight", Tensor.zeros(16, 4, 3, 3)),
        "begins with 4 channels where RRDBNet has 3, 12 or 48");
    assertRefused(
        tensors -> tensors.put("conv_first.weight", Tensor.zeros(16)),
        "has conv_first.weight with shape [16] where a convolution has four sides");
    assertRefused(
        tensors -> tensors.put("params.HRconv.bias", Tensor.zeros(16)), "has the same layer twice");
    assertRefused(
        tensors -> {
          tensors.put("conv_first.weight", Tensor.zeros(16, 48, 3, 3));
          tensors.keySet().removeIf(name -> name.startsWith("upconv2"));
        },
        "makes pictures 0.5 times as large");
    assertRefused(
        tensors -> tensors.put("RRDB_trunk.999999.RDB1.conv1.bias", Tensor.zeros(1)),
        "has 1000000 blocks; 64 are the most");
    assertRefused(Map::clear, "has no first layers of RRDBNet (it has no tensors)");
  }

  @Test
  void refusesAPickleWithTheRecipe() throws IOException {
    Path pth = folder.resolve("RealESRGAN_x4plus.pth");
    Files.write(pth, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0, 0});

    assertThatThrownBy(() -> UpscalerFile.open(pth))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("pickle, which could run code: convert it")
        .hasMessageContaining("weights_only=True")
        .hasMessageContaining("save_file(");
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    byte[] whole = Files.readAllBytes(path("rrdb-x4"));
    Path cut = folder.resolve("cut.safetensors");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));

    assertThatThrownBy(() -> UpscalerFile.open(cut)).isInstanceOf(DemofusionException.class);
  }

  @Test
  void saysWhatAnotherKindOfFileIs() {
    assertThatThrownBy(() -> UpscalerFile.open(GoldenData.path("models/lora/kohya.safetensors")))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("is a LoRA, a change to a model, not an upscaler");
  }

  private void assertRefused(Consumer<Map<String, Tensor>> fault, String sentence)
      throws IOException {
    Path file = write(UnaryOperator.identity(), fault);
    assertThatThrownBy(() -> UpscalerFile.open(file))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("the upscaler " + file)
        .hasMessageContaining(sentence);
  }

  /** BSRGAN's file under other names, with a fault. */
  private Path write(UnaryOperator<String> rename, Consumer<Map<String, Tensor>> fault)
      throws IOException {
    SafetensorsFile from = SafetensorsFile.open(path("rrdb-x4-old"));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    from.names().forEach(name -> tensors.put(rename.apply(name), from.tensor(name)));
    fault.accept(tensors);
    Path file = folder.resolve("crafted.safetensors");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      SafetensorsWriter.toChannel(channel, tensors, Map.of());
    }
    return file;
  }

  private static String firstReleased(String name) {
    return name.replaceFirst("^conv_first", "model.0")
        .replaceFirst("^RRDB_trunk\\.(\\d)\\.(RDB\\d\\.conv\\d)", "model.1.sub.$1.$2.0")
        .replaceFirst("^trunk_conv", "model.1.sub.1")
        .replaceFirst("^upconv1", "model.3")
        .replaceFirst("^upconv2", "model.6")
        .replaceFirst("^HRconv", "model.8")
        .replaceFirst("^conv_last", "model.10");
  }

  private static long size(int[] shape) {
    long size = 1;
    for (int side : shape) {
      size *= side;
    }
    return size;
  }

  private static Path path(String name) {
    return GoldenData.path("modes-runs/upscalers/" + name + ".safetensors");
  }

  private static UpscalerFile golden(String name) {
    return UpscalerFile.open(path(name));
  }
}
