package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders as the programs of today write them: the tiny model said in another way is the same. */
class WrittenTodayTest {
  private static final String TOWER = "text_encoder/model.fp16.safetensors";
  private static final String SECOND_TOWER = "text_encoder_2/model.fp16.safetensors";

  private static final String MIDDLE_ATTENTION = "mid_block.attentions.0.norm.bias";

  private final ModelFolder tiny = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));

  @TempDir Path temp;

  private CraftedFolder folder;

  @BeforeEach
  void copy() {
    folder = CraftedFolder.copyOfTiny(temp);
  }

  @ParameterizedTest
  @ValueSource(strings = {TOWER, SECOND_TOWER})
  void readsTowersWithoutTheirPrefix(String tower) {
    folder.editHeader(tower, header -> header.replace("\"text_model.", "\""));

    ModelFolder read = folder.open();

    for (int n = 0; n < 2; n++) {
      Weights weights = read.towers().get(n).weights();
      Weights same = tiny.towers().get(n).weights();
      assertThat(weights.layout().shapes().keySet())
          .isNotEmpty()
          .allSatisfy(name -> assertThat(weights.bytes(name)).isEqualTo(same.bytes(name)));
    }
  }

  @Test
  void refusesATensorUnderBothNames() {
    String bias = "text_model.encoder.layers.0.self_attn.k_proj.bias";
    folder.editHeader(
        TOWER, header -> header.replace(bias.replace("k_proj", "v_proj"), bias.substring(11)));

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("text_encoder has the tensor")
        .hasMessageContaining(bias)
        .hasMessageContaining("must be there once");
  }

  @Test
  void readsNumbersThatOnlyPythonsJsonHas() {
    String file = "scheduler/scheduler_config.json";
    folder.set(file, "_class_name", "\"DPMSolverMultistepScheduler\"");
    String whole = new String(folder.read(file), StandardCharsets.UTF_8);
    String more = "{\"lambda_min_clipped\": -Infinity, \"rho\": Infinity, \"nobody_asks\": NaN,";
    folder.write(file, whole.replaceFirst("\\{", more).getBytes(StandardCharsets.UTF_8));

    assertThat(folder.open().scheduler().values())
        .containsEntry("lambda_min_clipped", Double.NEGATIVE_INFINITY)
        .containsEntry("rho", Double.POSITIVE_INFINITY)
        .containsEntry("nobody_asks", Double.NaN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e400"})
  void refusesSuchANumberWhereItMatters(String number) {
    String file = "vae/config.json";
    String whole = new String(folder.read(file), StandardCharsets.UTF_8);
    folder.write(
        file,
        whole
            .replace("\"scaling_factor\": 0.13025", "\"scaling_factor\": " + number)
            .getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("vae/config.json: scaling_factor ")
        .hasMessageEndingWith("must be a finite number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors.index.json",
        "scheduler/scheduler_config.json",
        "model_index.json"
      })
  void namesWhatGitLfsHasNotFetched(String file) {
    String pointer =
        """
        version https://git-lfs.github.com/spec/v1
        oid sha256:83e012a805b84c7ca28e5646747c90a243c65c8ba4f070e2d7ddc9d74661e139
        size 5135149760
        """;
    folder.write(file, pointer.getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(file)
        .hasMessageContaining("run \"git lfs pull\"")
        .message()
        .hasLineCount(1);
  }

  @Test
  void readsJsonWithAByteOrderMark() {
    String file = "model_index.json";
    byte[] whole = folder.read(file);
    byte[] marked = new byte[whole.length + 3];
    System.arraycopy(whole, 0, marked, 3, whole.length);
    System.arraycopy(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, 0, marked, 0, 3);

    assertThat(folder.write(file, marked).open().geometry()).isEqualTo(tiny.geometry());
  }

  @ParameterizedTest
  @CsvSource({
    "unet, sample_size, 16.0",
    "unet, sample_size, '[16, 16]'",
    "unet, in_channels, 4.0",
    "unet, block_out_channels, '[16.0, 32.0, 48.0]'",
    "unet, layers_per_block, '[2.0, 2, 2]'",
    "unet, flip_sin_to_cos, 1",
    "unet, attention_type, null",
    "unet, resnet_out_scale_factor, null",
    "unet, time_embedding_dim, null",
    "unet, transformer_layers_per_block, '[0, 2, 3]'",
    "unet, transformer_layers_per_block, '[1, 2.0, 3]'",
    "unet, upcast_attention, null",
    "vae, norm_num_groups, 8.0",
    "vae, latents_mean, null",
    "vae, shift_factor, null",
    "text_encoder, hidden_size, 16.0",
    "text_encoder_2, model_type, null"
  })
  void readsTheSameValueOtherwiseWritten(String part, String key, String value) {
    folder.set(part + "/config.json", key, value);

    ModelFolder read = folder.open();

    assertThat(read.unet().config()).isEqualTo(tiny.unet().config());
    assertThat(read.vae().config()).usingRecursiveComparison().isEqualTo(tiny.vae().config());
    assertThat(read.towers().get(0).config()).isEqualTo(tiny.towers().get(0).config());
    assertThat(read.towers().get(1).config()).isEqualTo(tiny.towers().get(1).config());
  }

  @ParameterizedTest
  @CsvSource({
    "unet, in_channels",
    "unet, out_channels",
    "unet, freq_shift",
    "unet, act_fn",
    "unet, attention_head_dim",
    "unet, block_out_channels",
    "unet, conv_in_kernel",
    "unet, cross_attention_dim",
    "unet, down_block_types",
    "unet, layers_per_block",
    "unet, norm_eps",
    "unet, norm_num_groups",
    "unet, resnet_time_scale_shift",
    "unet, time_embedding_type",
    "unet, transformer_layers_per_block",
    "vae, act_fn",
    "vae, block_out_channels",
    "vae, latent_channels",
    "vae, layers_per_block",
    "vae, scaling_factor",
    "text_encoder, hidden_act",
    "text_encoder, vocab_size",
    "text_encoder_2, eos_token_id",
    "text_encoder_2, projection_dim"
  })
  void refusesNullWhereDiffusersHasNoNone(String part, String key) {
    folder.set(part + "/config.json", key, "null");

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith(part + "/config.json: " + key + " null ");
  }

  @Test
  void readsNullAsFalse_whereDiffusersDefaultIsTrue() {
    for (String key : List.of("use_quant_conv", "use_post_quant_conv", "mid_block_add_attention")) {
      folder.set("vae/config.json", key, "null");
    }
    folder.set("vae/config.json", "force_upcast", "null");
    folder.set("unet/config.json", "flip_sin_to_cos", "null");
    folder.set("model_index.json", "force_zeros_for_empty_prompt", "null");

    ModelFolder read = folder.open();

    assertThat(read.unet().config().cosineFirst()).isFalse();
    assertThat(read.vae().config().forceUpcast()).isFalse();
    assertThat(read.vae().config().quantConvolution()).isFalse();
    assertThat(read.vae().config().postQuantConvolution()).isFalse();
    assertThat(read.vae().config().middleAttention()).isFalse();
    assertThat(read.forceZerosForEmptyPrompt()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"null, 0", "'\"UNetMidBlock2D\"', 1", "'\"UNetMidBlock2DCrossAttn\"', 2"})
  void readsUnetsWhoseMiddleIsSmaller(String type, int resnets) {
    folder.set("unet/config.json", "mid_block_type", type);

    Weights weights = folder.open().unet().weights();

    assertThat(weights.layout().shapes().keySet())
        .filteredOn(name -> name.matches("mid_block\\.resnets\\.\\d\\.norm1\\.bias"))
        .hasSize(resnets);
    assertThat(weights.layout().shapes())
        .matches(shapes -> shapes.containsKey(MIDDLE_ATTENTION) == (resnets == 2));
  }

  @Test
  void readsThePipelinesNameBehindItsOwnCode() {
    folder.set(
        "model_index.json",
        "_class_name",
        "[\"pipeline_demofusion_sdxl\", \"DemoFusionSDXLPipeline\"]");

    assertThat(folder.open().family().title()).isEqualTo("SDXL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unet/config.json | in_channels | 8 | InstructPix2Pix",
        "unet/config.json | in_channels | 5 | must equal in_channels 5",
        "unet/config.json | time_cond_proj_dim | 0 | must be a whole number between 4",
        "unet/config.json | sample_size | [16, 32] | must be one side of a square",
        "unet/config.json | transformer_layers_per_block | [1, [2, 2], 3] | must be given where",
        "unet/config.json | transformer_layers_per_block | [1, 0, 3] | must be at least 1",
        "unet/config.json | reverse_transformer_layers_per_block | [[1, 2], 2, 1] | 3 numbers",
        "model_index.json | _class_name | [\"a\", \"LumaPipeline\"] | is no SDXL pipeline",
      })
  void namesWhatAModelIs_thatItCannotDraw(String file, String key, String value, String said) {
    folder.set(file, key, value);

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(said)
        .message()
        .hasLineCount(1);
  }

  @Test
  void namesTheRefiner() {
    folder
        .set("model_index.json", "_class_name", "\"StableDiffusionXLImg2ImgPipeline\"")
        .set("model_index.json", "text_encoder", "[null, null]")
        .set("model_index.json", "requires_aesthetics_score", "true");

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("text_encoder")
        .hasMessageContaining("this is SDXL's refiner")
        .hasMessageContaining("use the base model");
  }
}
