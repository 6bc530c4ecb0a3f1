package demofusion.worker.model.folder;

import static demofusion.worker.model.folder.CraftedFolder.UNET_INDEX;
import static demofusion.worker.model.folder.CraftedFolder.VAE_WEIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.ModelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders that are wrong in one place each, and the one sentence that every one of them gets. */
class CraftedFolderTest {
  @TempDir Path temp;

  /**
   * @param spoil what is done to a good folder
   * @param said what the sentence must mention
   */
  record Crafted(String name, UnaryOperator<CraftedFolder> spoil, List<String> said) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Crafted crafted(String name, UnaryOperator<CraftedFolder> spoil, String... said) {
    return new Crafted(name, spoil, List.of(said));
  }

  /** One key of one configuration with a value that cannot be. */
  private static Crafted key(String part, String key, String value) {
    String file = part + "/config.json";
    return crafted(
        file + " " + key + " " + value, folder -> folder.set(file, key, value), file, key);
  }

  static Stream<Crafted> unsupportedOrWrongKeys() {
    return Stream.of(
        key("unet", "act_fn", "\"gelu\""),
        key("unet", "addition_embed_type", "\"image\""),
        key("unet", "addition_embed_type", "null"),
        key("unet", "attention_head_dim", "[2, 4]"),
        key("unet", "attention_head_dim", "[3, 4, 6]"),
        key("unet", "attention_head_dim", "0"),
        key("unet", "block_out_channels", "\"wide\""),
        key("unet", "block_out_channels", "[]"),
        key("unet", "block_out_channels", "[16, 30, 48]"),
        key("unet", "class_embed_type", "\"timestep\""),
        key("unet", "conv_in_kernel", "5"),
        key("unet", "cross_attention_dim", "48"),
        key("unet", "down_block_types", "[\"DownBlock2D\", \"AttnDownBlock2D\", \"DownBlock2D\"]"),
        key("unet", "down_block_types", "[\"DownBlock2D\"]"),
        key("unet", "dual_cross_attention", "true"),
        key("unet", "encoder_hid_dim", "320"),
        key("unet", "in_channels", "8"),
        key("unet", "mid_block_type", "\"UNetMidBlock2DSimpleCrossAttn\""),
        key("unet", "norm_num_groups", "-8"),
        key("unet", "num_attention_heads", "[3, 4, 6]"),
        key("unet", "only_cross_attention", "true"),
        key("unet", "projection_class_embeddings_input_dim", "80"),
        key("unet", "resnet_time_scale_shift", "\"scale_shift\""),
        key("unet", "sample_size", "0"),
        key("unet", "sample_size", "1e9"),
        key("unet", "time_cond_proj_dim", "0"),
        key("unet", "time_embedding_type", "\"fourier\""),
        key("unet", "transformer_layers_per_block", "[[1], [2], [3]]"),
        key("unet", "use_linear_projection", "\"yes\""),
        key("unet", "_class_name", "\"UNet2DModel\""),
        key("vae", "_class_name", "\"AutoencoderTiny\""),
        key("vae", "act_fn", "\"relu\""),
        key("vae", "down_block_types", "[\"AttnDownEncoderBlock2D\"]"),
        key("vae", "latent_channels", "16"),
        key("vae", "latents_mean", "[0, 0]"),
        key("vae", "norm_num_groups", "5"),
        key("vae", "scaling_factor", "0"),
        key("text_encoder", "hidden_act", "\"relu\""),
        key("text_encoder", "num_attention_heads", "3"),
        key("text_encoder", "vocab_size", "1000"),
        key("text_encoder_2", "max_position_embeddings", "40"),
        crafted(
            "timestep_type",
            folder ->
                folder.set("scheduler/scheduler_config.json", "timestep_type", "\"continuous\""),
            "scheduler_config.json",
            "timestep_type"),
        crafted(
            "use_flow_sigmas",
            folder -> folder.set("scheduler/scheduler_config.json", "use_flow_sigmas", "true"),
            "scheduler_config.json",
            "use_flow_sigmas"),
        crafted(
            "a longer second tokenizer",
            folder -> folder.set("tokenizer/tokenizer_config.json", "model_max_length", "40"),
            "tokenizer_2/tokenizer_config.json: model_max_length 77 must equal tokenizer's, 40"),
        crafted(
            "a longer first tokenizer",
            folder -> folder.set("tokenizer_2/tokenizer_config.json", "model_max_length", "40"),
            "tokenizer_2/tokenizer_config.json: model_max_length 40 must equal tokenizer's, 77"),
        crafted(
            "null in a list",
            folder -> folder.set("scheduler/scheduler_config.json", "trained_betas", "[0.1, null]"),
            "scheduler_config.json",
            "trained_betas",
            "null"),
        crafted(
            "another pipeline",
            folder -> folder.set("model_index.json", "_class_name", "\"StableDiffusion3Pipeline\""),
            "model_index.json",
            "_class_name"),
        crafted(
            "a refiner",
            folder -> folder.set("model_index.json", "text_encoder", "[null, null]"),
            "model_index.json",
            "text_encoder"));
  }

  static Stream<Crafted> missingParts() {
    return Stream.of(
        crafted("no index", folder -> folder.delete("model_index.json"), "model_index.json"),
        crafted("no unet", folder -> folder.delete("unet"), "unet"),
        crafted("no vae config", folder -> folder.delete("vae/config.json"), "vae/config.json"),
        crafted("no vae weights", folder -> folder.delete(VAE_WEIGHTS), "vae", "safetensors"),
        crafted("no tokenizer", folder -> folder.delete("tokenizer_2"), "tokenizer_2"),
        crafted("no vocabulary", folder -> folder.delete("tokenizer/vocab.json"), "vocab.json"),
        crafted("no scheduler", folder -> folder.delete("scheduler"), "scheduler_config.json"),
        crafted(
            "a missing shard",
            folder -> folder.delete("unet/diffusion_pytorch_model-00002-of-00002.safetensors"),
            UNET_INDEX,
            "00002-of-00002"),
        crafted(
            "an index that leaves the folder",
            folder ->
                folder.set(UNET_INDEX, "weight_map", "{\"conv_in.bias\": \"../../x.safetensors\"}"),
            UNET_INDEX,
            "../../x.safetensors"),
        crafted(
            "an index of nothing",
            folder -> folder.remove(UNET_INDEX, "weight_map"),
            UNET_INDEX,
            "weight_map"),
        crafted(
            "pickled weights only",
            folder -> folder.rename(VAE_WEIGHTS, "vae/diffusion_pytorch_model.bin"),
            "vae",
            "diffusion_pytorch_model.bin",
            "safetensors"),
        crafted(
            "no JSON",
            folder ->
                folder.write("unet/config.json", "{\"act_fn\": ".getBytes(StandardCharsets.UTF_8)),
            "unet/config.json",
            "JSON"),
        crafted(
            "JSON of another kind",
            folder -> folder.write("vae/config.json", "[1]".getBytes(StandardCharsets.UTF_8)),
            "vae/config.json"));
  }

  static Stream<Crafted> wrongWeights() {
    return Stream.of(
        crafted("truncated by a byte", folder -> folder.truncate(VAE_WEIGHTS, 1), "fp16"),
        crafted("truncated to nothing", folder -> folder.write(VAE_WEIGHTS, new byte[0]), "fp16"),
        crafted(
            "a web page",
            folder -> folder.write(VAE_WEIGHTS, "<html>".getBytes(StandardCharsets.UTF_8)),
            "fp16"),
        header("a lying length", header -> header.replaceFirst("\\[0,(\\d)", "[8,$1")),
        header(
            "a shape that does not fit", header -> header.replaceFirst("\\[8,8,1,1]", "[8,9,1,1]")),
        header("an unknown type", header -> header.replaceFirst("\"F16\"", "\"F17\"")),
        header("a negative side", header -> header.replaceFirst("\\[8,8,1,1]", "[-8,-8,1,1]")),
        header("no closing brace", header -> header.substring(0, header.length() - 20)),
        header(
            "a wrong shape of the same size",
            header -> header.replaceFirst("\\[8,8,1,1]", "[4,16,1,1]"),
            "quant_conv.weight",
            "[4, 16, 1, 1]",
            "[8, 8, 1, 1]"),
        header("integers for weights", header -> header.replaceFirst("\"F16\"", "\"I16\""), "I16"),
        header(
            "a missing tensor",
            header -> header.replace("decoder.conv_out.bias", "decoder.conv_out.bios"),
            "decoder.conv_out.bias",
            "vae/config.json"),
        header(
            "a tensor twice", header -> header.replace("post_quant_conv.bias", "quant_conv.bias")));
  }

  private static Crafted header(String name, UnaryOperator<String> change, String... said) {
    return crafted(name, folder -> folder.editHeader(VAE_WEIGHTS, change), said);
  }

  @ParameterizedTest
  @MethodSource({"unsupportedOrWrongKeys", "missingParts", "wrongWeights"})
  void isRefusedInOneSentence(Crafted crafted) {
    CraftedFolder folder = crafted.spoil().apply(CraftedFolder.copyOfTiny(temp));

    DemofusionException refusal = catchThrowableOfType(DemofusionException.class, folder::open);

    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.code()).isEqualTo(FailureCode.BAD_MODEL);
    assertThat(refusal.userMessage()).doesNotContain("\n").hasSizeLessThan(400);
    assertThat(crafted.said()).allSatisfy(said -> assertThat(refusal.userMessage()).contains(said));
  }

  @Test
  void refusesAFileThatIsNoCheckpoint_bySayingWhatItIs() throws IOException {
    Map<String, String> files =
        Map.of("sdxl.ckpt", "PK\u0003\u0004.", "sdxl.safetensors", "<html>", "sdxl.gguf", "GGUF");
    List<String> words = List.of("could run code", "a web page", "a GGUF file");
    List<String> said = new ArrayList<>();
    for (Map.Entry<String, String> each : files.entrySet()) {
      Path file = Files.writeString(temp.resolve(each.getKey()), each.getValue());

      DemofusionException refusal =
          catchThrowableOfType(
              DemofusionException.class, () -> ModelFolder.open(ModelSource.of(file)));

      assertThat(refusal.userMessage()).contains(each.getKey()).doesNotContain("\n");
      said.add(refusal.userMessage());
    }
    words.forEach(word -> assertThat(said).anyMatch(sentence -> sentence.contains(word)));
  }

  @Test
  void refusesAVariantThatNoPartHas() {
    CraftedFolder folder = CraftedFolder.copyOfTiny(temp);

    DemofusionException refusal =
        catchThrowableOfType(
            DemofusionException.class,
            () -> ModelFolder.open(new ModelSource(folder.path().toString(), "bf16", null)));

    assertThat(refusal.userMessage()).contains("bf16", "fp16");
  }
}
