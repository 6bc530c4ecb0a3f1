package demofusion.deploy.command.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import demofusion.coordinator.library.LibraryKind;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.StoredConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalModelFileTest {
  @TempDir Path folder;

  private void write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "{}");
  }

  @Test
  void readsTheConfigurations_thatTheStoreTakes_andNothingElse() throws Exception {
    write("model_index.json");
    write("unet/config.json");
    write("tokenizer/merges.txt");
    write("unet/diffusion_pytorch_model.safetensors.index.json");
    write("unet/diffusion_pytorch_model.safetensors");
    write("my notes.txt");
    write("text-encoder/config.json");
    write(".hidden/config.json");

    assertThat(LocalModelFile.configs(folder).files())
        .containsOnlyKeys("model_index.json", "unet/config.json", "tokenizer/merges.txt");
  }

  @Test
  void refusesMoreThanTheStoreTakes_beforeAnythingIsSent() throws Exception {
    for (int n = 0; n <= 50; n++) {
      write("config" + n + ".json");
    }

    assertThatThrownBy(() -> LocalModelFile.configs(folder)).hasMessageContaining("50");
  }

  @Test
  void takesTheWeightsOfAFolder_underItsName() {
    LocalModelFile control =
        LocalModelFile.of(GoldenData.path("conditioning/controlnet/tiny-sdxl"), null, folder);
    LocalModelFile encoder =
        LocalModelFile.of(GoldenData.path("conditioning/ip-adapter/image_encoder"), null, folder);
    LocalModelFile adapter =
        LocalModelFile.of(
            GoldenData.path("conditioning/ip-adapter/tiny-sdxl-plus.safetensors"), null, folder);

    assertThat(List.of(control, encoder, adapter))
        .extracting(LocalModelFile::name, LocalModelFile::kind)
        .containsExactly(
            tuple("tiny-sdxl", LibraryKind.CONTROLNET),
            tuple("ip-adapter-image_encoder", LibraryKind.IMAGE_ENCODER),
            tuple("tiny-sdxl-plus", LibraryKind.IP_ADAPTER));
    assertThat(control.path())
        .isRegularFile()
        .hasFileName("diffusion_pytorch_model.fp16.safetensors");
    assertThat(encoder.path()).as("a copy that says its shape").startsWith(folder);
  }

  @Test
  void refusesAFolderOfSomethingElse() {
    assertThatThrownBy(() -> LocalModelFile.of(folder, null, folder))
        .hasMessageContaining("is neither the folder of a ControlNet nor that of an image encoder");
  }

  @Test
  void takesWhatACheckpointRecommends_beside_andNotOfTheFolderOfItsConfigs() throws Exception {
    Files.writeString(folder.resolve("m.demofusion.json"), "{\"steps\": 4}");
    LocalModelFile model =
        new LocalModelFile(folder.resolve("m.safetensors"), "m", LibraryKind.CHECKPOINT, 1);
    StoredConfig configs =
        new StoredConfig(Map.of("unet/config.json", "{}", "demofusion.json", "{\"steps\": 9}"));

    assertThat(model.beside(null))
        .isEqualTo(new StoredConfig(Map.of("demofusion.json", "{\"steps\":4}")));
    assertThat(model.beside(configs))
        .isEqualTo(
            new StoredConfig(Map.of("unet/config.json", "{}", "demofusion.json", "{\"steps\":4}")));
  }

  @Test
  void takesNothing_whereNothingLiesBeside_andForNothingButCheckpoints() throws Exception {
    Path file = folder.resolve("m.safetensors");
    assertThat(new LocalModelFile(file, "m", LibraryKind.CHECKPOINT, 1).beside(null)).isNull();

    Files.writeString(folder.resolve("m.demofusion.json"), "{\"steps\": 4}");
    assertThat(new LocalModelFile(file, "m", LibraryKind.LORA, 1).beside(null)).isNull();
  }

  @Test
  void refusesRecommendationsThatNoModelCanHave_beforeAnythingIsSent() throws Exception {
    Files.writeString(folder.resolve("m.demofusion.json"), "{\"stepps\": 4}");
    LocalModelFile model =
        new LocalModelFile(folder.resolve("m.safetensors"), "m", LibraryKind.CHECKPOINT, 1);

    assertThatThrownBy(() -> model.beside(null)).hasMessageContaining("stepps");
  }
}
