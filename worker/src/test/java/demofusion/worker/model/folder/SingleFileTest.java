package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.file.GoldenHeaders;
import demofusion.protocol.safetensors.SafetensorsWriter;
import demofusion.worker.model.checkpoint.CraftedCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in one file, opened as folders are. */
class SingleFileTest {
  private static final Path TINY = GoldenData.path("models/single/tiny-sdxl.safetensors");
  private static final Path SHIPPED = GoldenData.path("../../../../deploy/models").normalize();

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"sdxl", "sdxl-fp8", "ssd-1b", "vega", "koala-700m", "koala-1b"})
  void opensFullSizeFiles_withTheConfigurationThatTheirShapesSay(String name) {
    Path file = GoldenHeaders.write(name, temp);

    ModelFolder model = ModelFolder.open(ModelSource.of(file));

    assertThat(model.name()).isEqualTo(name);
    assertThat(model.geometry().nativeSide()).isEqualTo(1024);
    assertThat(model.tokenizers().get(1).encode("a cat").ids()).startsWith(49406, 320, 2368, 49407);
    assertThat(model.scheduler().values()).containsEntry("_class_name", "EulerDiscreteScheduler");
    assertThat(Architecture.read(ModelSource.of(file)))
        .usingRecursiveComparison()
        .isEqualTo(model.architecture());
  }

  @ParameterizedTest
  @CsvSource({
    "sd15, 512, PNDMScheduler, 49407",
    "sd15-ema, 512, PNDMScheduler, 49407",
    "sd21-base, 512, PNDMScheduler, 0",
    "sd21-v, 768, DDIMScheduler, 0"
  })
  void opensFullSizeFilesOfStableDiffusion1And2(
      String name, int side, String scheduler, int padding) {
    ModelFolder model = ModelFolder.open(ModelSource.of(GoldenHeaders.write(name, temp)));

    assertThat(model.geometry().nativeSide()).isEqualTo(side);
    assertThat(model.scheduler().values()).containsEntry("_class_name", scheduler);
    assertThat(model.scheduler().text("prediction_type", "epsilon"))
        .isEqualTo(name.equals("sd21-v") ? "v_prediction" : "epsilon");
    assertThat(model.tokenizers().get(0).encode("").ids()).endsWith(padding);
    assertThat(model.towers().get(0).config().layers()).isEqualTo(padding == 0 ? 23 : 12);
    assertThat(model.unet().config().upcastAttention()).isEqualTo(name.equals("sd21-v"));
    assertThat(model.vae().config().scalingFactor()).isEqualTo(0.18215);
  }

  @ParameterizedTest
  @CsvSource({"inpainting-sd15, 512", "inpainting-sd2, 512", "inpainting-sdxl, 1024"})
  void opensInpaintingModels(String name, int side) {
    ModelFolder model = ModelFolder.open(ModelSource.of(GoldenHeaders.write(name, temp)));

    assertThat(model.geometry().nativeSide()).isEqualTo(side);
    assertThat(model.geometry().latentChannels()).isEqualTo(4);
    assertThat(model.geometry().inputs().mask()).isTrue();
    assertThat(model.geometry().tileChannels()).isEqualTo(9);
    assertThat(model.unet().config().inputChannels()).isEqualTo(9);
  }

  /** The configurations that ship for plan are those of Stability's folder. */
  @Test
  void saysOfSdxlWhatItsFolderSays() {
    ModelFolder model = ModelFolder.open(ModelSource.of(GoldenHeaders.write("sdxl", temp)));

    Architecture folder = Architecture.read(ModelSource.of(SHIPPED.resolve("sdxl-base")));

    assertThat(model.unet().config()).isEqualTo(folder.unet());
    // the folder that ships does not say which token ends a text; Stability's says 2
    assertThat(model.towers().stream().map(ModelFolder.Part::config).toList())
        .usingRecursiveComparison()
        .ignoringFields("endOfTextId")
        .isEqualTo(folder.towers());
    assertThat(model.vae().config()).usingRecursiveComparison().isEqualTo(folder.vae());
  }

  @Test
  void readsMarks() {
    ModelFolder zero = ModelFolder.open(ModelSource.of(GoldenHeaders.write("sdxl-v-ztsnr", temp)));

    assertThat(zero.scheduler().values())
        .containsEntry("prediction_type", "v_prediction")
        .containsEntry("rescale_betas_zero_snr", true)
        .containsEntry("timestep_spacing", "trailing");
  }

  /** Its folders have PNDM, whatever it predicts. */
  @Test
  void takesPndm_forAStableDiffusion1ThatPredictsV() {
    ObjectNode header = GoldenHeaders.of("sd15");
    header.putObject("metadata").put("modelspec.prediction_type", "v");
    Path file = GoldenHeaders.write(header, temp.resolve("sd15-v.safetensors"));

    assertThat(ModelFolder.open(ModelSource.of(file)).scheduler().values())
        .containsEntry("_class_name", "PNDMScheduler")
        .containsEntry("prediction_type", "v_prediction");
  }

  @Test
  void saysWhereATextTowerIsToComeFrom() {
    ObjectNode header = GoldenHeaders.of("sd15");
    ((ObjectNode) header.get("tensors"))
        .properties()
        .removeIf(tensor -> tensor.getKey().startsWith("cond_stage_model."));
    Path file = GoldenHeaders.write(header, temp.resolve("unet.safetensors"));

    assertThatThrownBy(() -> ModelFolder.open(ModelSource.of(file)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("lacks the text_encoder's ")
        .hasMessageContaining(": give the whole checkpoint, or the folder");
  }

  @Test
  void needsTheConfigurationsOfAModelOfNoKnownFamily() {
    assertThatThrownBy(() -> ModelFolder.open(ModelSource.of(TINY)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("no family known here")
        .hasMessageContaining("--model-config");
    assertThat(tiny(TINY).geometry().sampleSize()).isEqualTo(16);
  }

  @Test
  void namesTheFirstTensorThatDoesNotFitTheConfigurations() {
    CraftedFolder configs = CraftedFolder.copyOfTiny(temp.resolve("configs"));
    configs.set("unet/config.json", "projection_class_embeddings_input_dim", "81");
    configs.set("text_encoder_2/config.json", "projection_dim", "33");

    assertThatThrownBy(
            () ->
                ModelFolder.open(
                    new ModelSource(TINY.toString(), null, null, configs.path().toString())))
        .isInstanceOf(DemofusionException.class);
  }

  @Test
  void isTheSameModelAsItsFolder() throws IOException {
    ModelFolder file = tiny(TINY);
    Path folder = temp.resolve("converted");

    FolderWriter.write(file, folder);

    ModelFolder converted = ModelFolder.open(ModelSource.of(folder));
    assertThat(converted.hash()).isEqualTo(file.hash());
    assertThat(converted.unet().weights().type("conv_in.weight")).isEqualTo("F16");
    try (Stream<Path> entries = Files.list(temp)) {
      assertThat(entries).containsExactly(folder);
    }
    Path other =
        CraftedCheckpoint.copyOf(TINY)
            .change("model.diffusion_model.out.2.bias", SingleFileTest::zeros)
            .write(temp.resolve("other.safetensors"));
    assertThat(tiny(other).hash()).isNotEqualTo(file.hash());
  }

  @Test
  void overwritesNothing_andLeavesNothingOfWhatFails() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("there"));

    assertThatThrownBy(() -> FolderWriter.write(tiny(TINY), folder))
        .hasMessageContaining("is there already");
    assertThatThrownBy(() -> FolderWriter.write(tiny(TINY), temp.resolve("no/such/parent")))
        .hasMessageContaining("there is no folder");
    try (Stream<Path> entries = Files.walk(temp)) {
      assertThat(entries).containsExactlyInAnyOrder(temp, folder);
    }
  }

  @Test
  void asksForAVae_andTakesOneFromAFolderOrAFile() {
    Path without =
        CraftedCheckpoint.copyOf(TINY)
            .rename(key -> key.startsWith("first_stage_model.") ? "" : key)
            .write(temp.resolve("without.safetensors"));
    Path alone =
        CraftedCheckpoint.copyOf(TINY)
            .rename(
                key ->
                    key.startsWith("first_stage_model.")
                        ? key.substring("first_stage_model.".length())
                        : "")
            .write(temp.resolve("vae.safetensors"));
    Path folders = GoldenData.tinySdxl().resolve("vae/diffusion_pytorch_model.fp16.safetensors");
    String configs = GoldenData.tinySdxl().toString();

    DemofusionException refusal =
        catchThrowableOfType(
            DemofusionException.class,
            () -> ModelFolder.open(new ModelSource(without.toString(), null, null, configs)));
    assertThat(refusal.userMessage()).contains(without.toString(), "--vae");

    String hash = tiny(TINY).hash();
    for (Path vae : List.of(alone, folders, TINY, GoldenData.tinySdxl())) {
      ModelFolder model =
          ModelFolder.open(new ModelSource(without.toString(), null, vae.toString(), configs));
      assertThat(model.vae().config().scalingFactor()).isEqualTo(0.13025);
      assertThat(model.hash()).as("with %s", vae).isEqualTo(hash);
    }
    ModelFolder folder = ModelFolder.open(new ModelSource(configs, null, alone.toString()));
    assertThat(folder.hash())
        .isEqualTo(ModelFolder.open(ModelSource.of(GoldenData.tinySdxl())).hash());
  }

  @Test
  void refusesAVaeThatIsNone() {
    Path lora = GoldenHeaders.write("lora-kohya", temp);

    assertThatThrownBy(
            () ->
                ModelFolder.open(
                    new ModelSource(GoldenData.tinySdxl().toString(), null, lora.toString())))
        .hasMessageContaining("is a LoRA")
        .hasMessageContaining("not a VAE");
  }

  @Test
  void refusesConfigurationsForAFolder_andAVariantOfAFile() {
    String folder = GoldenData.tinySdxl().toString();

    assertThatThrownBy(() -> ModelFolder.open(new ModelSource(folder, null, null, folder)))
        .hasMessageContaining("--model-config is for a single file");
    assertThatThrownBy(
            () -> ModelFolder.open(new ModelSource(TINY.toString(), "fp16", null, folder)))
        .hasMessageContaining("has no variant");
  }

  private static SafetensorsWriter.Raw zeros(SafetensorsWriter.Raw tensor) {
    int bytes = tensor.content().get().remaining();
    return new SafetensorsWriter.Raw(
        tensor.type(), tensor.shape(), () -> ByteBuffer.allocate(bytes));
  }

  private static ModelFolder tiny(Path file) {
    return ModelFolder.open(
        new ModelSource(file.toString(), null, null, GoldenData.tinySdxl().toString()));
  }
}
