package demofusion.worker.model.sd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.worker.model.folder.CraftedFolder;
import demofusion.worker.model.folder.ModelFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of SD 1 and 2: what they may say, and what they are refused for. */
class SdFolderTest {
  private static final String INDEX = "model_index.json";
  private static final String UNET = "unet/config.json";

  @TempDir Path temp;

  private CraftedFolder folder(String name) {
    return CraftedFolder.copy(GoldenData.path("models/" + name), temp.resolve(name));
  }

  @Test
  void opensOnesWithPndmAndWithOneTower() {
    ModelFolder sd15 = folder("tiny-sd15").open();

    assertThat(sd15.family()).isInstanceOf(SdFamily.class);
    assertThat(sd15.towers()).hasSize(1);
    assertThat(sd15.geometry().nativeSide()).isEqualTo(128);
    assertThat(sd15.geometry().inputs().textEncoders()).isEqualTo(1);
    assertThat(sd15.geometry().inputs().mostClipSkip()).isEqualTo(2);
    assertThat(sd15.geometry().inputs().microConditioning()).isFalse();
  }

  @Test
  void padsAsTheSpecialTokensMapSays() {
    int[] ids = folder("tiny-sd21").open().tokenizers().get(0).encode("a fox").ids();

    assertThat(ids[ids.length - 1]).isZero();
  }

  @Test
  void neverZeroesTheNegative_norUpcastsTheVae() {
    CraftedFolder folder = folder("tiny-sd15");
    folder.set(INDEX, "force_zeros_for_empty_prompt", "true");
    folder.set("vae/config.json", "force_upcast", "true");

    ModelFolder read = folder.open();

    assertThat(read.forceZerosForEmptyPrompt()).isFalse();
    assertThat(read.vae().config().forceUpcast()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "32, 0.6.0, 64",
    "96, 0.8.0, 96",
    "32, 0.9.0, 32",
    "32, 0.35.2, 32",
    "null, 0.35.2, null"
  })
  void readsTheSideThatOldWritersGot_asDiffusersDoes(String side, String version, String read) {
    CraftedFolder folder = folder("tiny-sd15");
    folder.set(UNET, "sample_size", side);
    folder.set(UNET, "_diffusers_version", '"' + version + '"');

    int wanted = read.equals("null") ? 64 : Integer.parseInt(read);
    assertThat(folder.open().geometry().sampleSize()).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "StableDiffusionImg2ImgPipeline",
        "StableDiffusionInpaintPipeline",
        "LatentConsistencyModelPipeline"
      })
  void takesThePipelinesThatDrawTheSame(String pipeline) {
    ModelFolder read = folder("tiny-sd15").set(INDEX, "_class_name", quoted(pipeline)).open();

    assertThat(read.family()).isInstanceOf(SdFamily.class);
  }

  @ParameterizedTest
  @CsvSource({
    "StableDiffusionControlNetInpaintPipeline, inpainting",
    "StableDiffusionInstructPix2PixPipeline, InstructPix2Pix",
    "StableDiffusionUpscalePipeline, upscaler",
    "StableDiffusionLatentUpscalePipeline, upscaler",
    "StableDiffusionDepth2ImgPipeline, Depth2Img",
    "StableUnCLIPPipeline, unCLIP",
    "StableDiffusionControlNetPipeline, ControlNet",
    "StableDiffusionXLControlNetInpaintPipeline, inpainting",
    "StableDiffusion3Pipeline, is no SDXL pipeline",
    "FluxPipeline, is no SD pipeline"
  })
  void refusesOthersByName(String pipeline, String said) {
    CraftedFolder folder = folder("tiny-sd15").set(INDEX, "_class_name", quoted(pipeline));

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(pipeline)
        .hasMessageContaining(said)
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unet/config.json | cross_attention_dim | 24 | must equal text_encoder's hidden_size, 16",
        "unet/config.json | addition_embed_type | \"text_time\" | must be null in SD 1 and 2",
        "unet/config.json | in_channels | 8 | InstructPix2Pix",
        "unet/config.json | num_attention_heads | [3, 2, 2, 2] | must divide block_out_channels",
      })
  void refusesUnetsThatAreNotItsOwn(String file, String key, String value, String said) {
    CraftedFolder folder = folder("tiny-sd15").set(file, key, value);

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith(file + ": " + key)
        .hasMessageContaining(said);
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
