package demofusion.protocol.model.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.UnetShape;
import demofusion.protocol.model.control.ControlShape.Level;
import demofusion.protocol.model.file.GoldenHeaders;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlFileTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  @ParameterizedTest
  @MethodSource("demofusion.protocol.model.file.GoldenHeaders#namesBesideModels")
  void takesControlNetsAsPeopleHaveThem_andRefusesTheOthersByName(String name) {
    JsonNode expected = GoldenHeaders.expected(name);
    Path file = GoldenHeaders.write(name, temp);
    String kind = expected.path("kind").asText("refused");

    if (!kind.startsWith("ControlNet")) {
      String word = expected.path("refused").asText(kind);
      assertThatThrownBy(() -> ControlFile.open(file))
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining(word)
          .hasMessageNotContaining("\n");
      return;
    }
    ControlShape shape = ControlFile.open(file).shape();
    assertThat(shape.madeFor()).startsWith(expected.get("base").asText());
    assertThat(shape.unionTypes()).isEqualTo(expected.path("types").asInt(0));
    if (expected.has("outputs")) {
      assertThat(shape.outputs()).hasSize(expected.get("outputs").asInt());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "controlnet-sdxl, 0.45",
    "controlnet-union-promax, 0.45",
    "controlnet-sdxl-mid, 0.11",
    "controlnet-sdxl-small, 0.07",
    "controlnet-sd15-lllyasviel, 0.35",
    "controlnet-sd15-diffusers, 0.35",
    "controlnet-sd21-thibaud, 0.35"
  })
  void reckonsWhatOneEvaluationCosts(String name, double cost) {
    ControlFile file = ControlFile.open(GoldenHeaders.write(name, temp));

    assertThat(file.facts().cost()).isCloseTo(cost, within(0.03));
  }

  @Test
  void readsTheShapesOfSdxlsThree() {
    Level first = new Level(320, List.of(0, 0));

    assertThat(shape("controlnet-sdxl").levels())
        .containsExactly(first, new Level(640, List.of(2, 2)), new Level(1280, List.of(10, 10)));
    assertThat(shape("controlnet-sdxl").middle()).containsExactly(10, 0);
    assertThat(shape("controlnet-sdxl-mid").levels())
        .containsExactly(first, new Level(640, List.of(0, 0)), new Level(1280, List.of(1, 1)));
    assertThat(shape("controlnet-sdxl-mid").middle()).containsExactly(1, 0);
    assertThat(shape("controlnet-sdxl-small").levels())
        .containsExactly(first, new Level(640, List.of(0, 0)), new Level(1280, List.of(0, 0)));
    assertThat(shape("controlnet-sdxl-small").middle()).containsExactly(0);
    assertThat(shape("controlnet-sdxl-small").contextWidth()).isZero();
    assertThat(shape("controlnet-union").hintWidths()).containsExactly(48, 96, 192, 384);
  }

  @ParameterizedTest
  @CsvSource({"tiny-sdxl, 0, false", "tiny-sd15, 0, true", "tiny-sdxl-union, 8, false"})
  void readsGoldenFolders(String name, int types, boolean blueFirst) {
    ControlFile file = golden(name);

    assertThat(file.facts().blueFirst()).isEqualTo(blueFirst);
    assertThat(file.facts().unionTypes()).isEqualTo(types == 0 ? null : types);
    assertThat(file.shape().hintWidths()).containsExactly(8, 16, 24, 32);
    assertThat(file.tensors()).hasSameSizeAs(SafetensorsFile.open(file.files().get(0)).names());
  }

  @Test
  void readsLatentDiffusionsNamesAsDiffusers() {
    ControlFile single = golden("tiny-sd15-lllyasviel.safetensors");
    ControlFile folder = golden("tiny-sd15");

    assertThat(single.shape()).isEqualTo(folder.shape());
    assertThat(single.tensors().keySet()).containsExactlyElementsOf(folder.tensors().keySet());
    folder
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(bytes(Objects.requireNonNull(single.tensors().get(name))))
                    .as(name)
                    .isEqualTo(bytes(tensor)));
  }

  @Test
  void tellsWhatAModelLacks() {
    UnetShape sd15 = shape("controlnet-sd15-diffusers").unet();
    UnetShape sdxl = shape("controlnet-sdxl").unet();
    List<Integer> others = new ArrayList<>(sdxl.outputs());
    others.set(5, 320);

    assertThat(sd15.misfit(sd15)).isEmpty();
    assertThat(sd15.misfit(sdxl))
        .contains("is made for SD 1.5: context width 768, this model has 2048");
    assertThat(sdxl.misfit(new UnetShape(2048, sdxl.outputs().subList(0, 9))))
        .contains("is made for SDXL: 10 outputs, this model takes 9");
    assertThat(sdxl.misfit(new UnetShape(2048, others)))
        .contains("is made for SDXL: 640 channels in output 5, this model has 320");
    assertThat(shape("controlnet-sdxl-small").unet().misfit(sd15))
        .contains("is made for SDXL: 10 outputs, this model takes 13");
    assertThat(shape("controlnet-sdxl-small").unet().misfit(sdxl)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "global_pool_conditions | true | shuffle",
        "conditioning_channels | 4 | only pictures of 3 channels are",
        "_class_name | \"SparseControlNetModel\" | is a SparseCtrl",
        "_class_name | \"SD3ControlNetModel\" | a ControlNet for SD3",
        "_class_name | \"MyNet\" | is of class MyNet",
        "controlnet_conditioning_channel_order | \"grb\" | must be rgb or bgr",
        "class_embed_type | \"timestep\" | only null is",
        "act_fn | \"gelu\" | only silu is"
      })
  void refusesConfigurationsByTheirKeys(String key, String value, String words) throws IOException {
    Path folder = copyOf("tiny-sdxl");
    ObjectNode config = (ObjectNode) JSON.readTree(folder.resolve("config.json").toFile());
    config.set(key, JSON.readTree(value));
    JSON.writeValue(folder.resolve("config.json").toFile(), config);

    assertThatThrownBy(() -> ControlFile.open(folder)).hasMessageContaining(words);
  }

  @Test
  void refusesWhatIsMissingUnknownOrOfAnotherShape() {
    assertRefused(
        tensors -> tensors.remove("mid_block.resnets.1.conv1.bias"),
        "has no tensor mid_block.resnets.1.conv1.bias");
    assertRefused(
        tensors -> tensors.putArray("attention.weight").add("F16").addArray().add(2),
        "has 1 tensors that no ControlNet here has, such as attention.weight");
    assertRefused(
        tensors -> tensors.putArray("conv_in.bias").add("F16").addArray().add(2),
        "has conv_in.bias with shape [2] where its other layers require [320]");
    assertRefused(
        tensors -> tensors.putArray("conv_in.bias").add("I32").addArray().add(320),
        "has conv_in.bias in I32");
    assertRefused(
        tensors ->
            tensors
                .putArray("controlnet_cond_embedding.conv_in.weight")
                .add("F16")
                .addArray()
                .add(16)
                .add(4)
                .add(3)
                .add(3),
        "reads pictures of 4 channels; only 3 are supported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"control.pth", "control.bin", "control.ckpt"})
  void refusesPickles(String name) throws IOException {
    Path file = Files.write(temp.resolve(name), new byte[64]);

    assertThatThrownBy(() -> ControlFile.open(file))
        .hasMessageContaining("is a pickle, which could run code: convert it to safetensors");
  }

  @Test
  void refusesAFolderWithAPickleAlone() throws IOException {
    Path folder = copyOf("tiny-sdxl");
    Files.move(
        folder.resolve("diffusion_pytorch_model.fp16.safetensors"),
        folder.resolve("diffusion_pytorch_model.bin"));

    assertThatThrownBy(() -> ControlFile.open(folder)).hasMessageContaining("only as a pickle");
  }

  @Test
  void readsShardsAndJoinsThem() throws IOException {
    Path folder = copyOf("tiny-sdxl");
    Path whole = folder.resolve("diffusion_pytorch_model.fp16.safetensors");
    ControlFile before = ControlFile.open(whole);
    Path first = folder.resolve("diffusion_pytorch_model-00001-of-00001.safetensors");
    before.joinTo(first);
    Files.delete(whole);
    Files.writeString(
        folder.resolve("diffusion_pytorch_model.safetensors.index.json"),
        "{\"weight_map\": {\"conv_in.weight\": \"" + first.getFileName() + "\"}}");

    ControlFile shards = ControlFile.open(folder);

    assertThat(shards.shape()).isEqualTo(before.shape());
    shards.tensors().forEach((name, tensor) -> assertThat(tensor.file().path()).isEqualTo(first));
  }

  @Test
  void saysInAFileOfItsOwnWhatOnlyAConfigurationSaid() throws IOException {
    ControlFile folder = ControlFile.open(copyOf("tiny-sd15"));
    Path alone = temp.resolve("alone.safetensors");

    folder.joinTo(alone);

    assertThat(folder.isWhole()).isFalse();
    assertThat(ControlFile.open(alone).blueFirst()).isTrue();
    assertThat(ControlFile.open(alone).isWhole()).isTrue();
    assertThat(golden("tiny-sdxl").isWhole()).isTrue();
  }

  @Test
  void readsTheConfigurationBesideAFileOfAFolder() throws IOException {
    Path folder = copyOf("tiny-sd15");

    ControlFile file = ControlFile.open(folder.resolve("diffusion_pytorch_model.fp16.safetensors"));

    assertThat(file.blueFirst()).isTrue();
  }

  private void assertRefused(Consumer<ObjectNode> change, String words) {
    ObjectNode header = GoldenHeaders.of("controlnet-sdxl");
    change.accept((ObjectNode) header.get("tensors"));
    Path file = GoldenHeaders.write(header, temp.resolve("changed-" + words.hashCode()));

    assertThatThrownBy(() -> ControlFile.open(file)).hasMessageContaining(words);
  }

  private ControlShape shape(String name) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    List<SafetensorsFile.Entry> entries = GoldenHeaders.entries(name);
    ControlNames names =
        ControlNames.of(entries.stream().map(SafetensorsFile.Entry::name).toList());
    entries.forEach(entry -> shapes.put(names.canonical(entry.name()), entry.shape()));
    return new ControlInference(name, shapes).shape();
  }

  private static byte[] bytes(ControlFile.Tensor tensor) {
    byte[] bytes = new byte[(int) tensor.entry().length()];
    tensor.file().bytes(tensor.entry().name()).get(bytes);
    return bytes;
  }

  private static ControlFile golden(String name) {
    return ControlFile.open(GoldenData.path("conditioning/controlnet/" + name));
  }

  private Path copyOf(String name) throws IOException {
    Path folder = Files.createDirectory(temp.resolve(name));
    try (var files = Files.list(GoldenData.path("conditioning/controlnet/" + name))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
        folder.resolve(file.getFileName()).toFile().setWritable(true);
      }
    }
    return folder;
  }
}
