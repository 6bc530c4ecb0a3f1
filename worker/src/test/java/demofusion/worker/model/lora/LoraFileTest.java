package demofusion.worker.model.lora;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that do not fit, each refused in a sentence, and those that do in spite of their look. */
class LoraFileTest {
  private static final ModelFolder MODEL = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));

  /** 32 × 32 in the model. */
  private static final String QUERY =
      "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q";

  /** 32 × 40: it reads the context. */
  private static final String CONTEXT_KEY =
      "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k";

  private static final LoraTarget TARGET =
      new LoraTarget(LoraTarget.UNET, "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q");

  @TempDir Path folder;

  private LoraFile open(CraftedLora crafted) throws IOException {
    LoraFile file = LoraFile.open("style", crafted.write(folder), MODEL);
    file.check(MODEL);
    return file;
  }

  private void assertRefused(CraftedLora crafted, String... words) {
    assertThatThrownBy(() -> open(crafted))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.BAD_MODEL);
              assertThat(e.userMessage()).contains(words).startsWith("LoRA style ");
              assertThat(e.userMessage().lines()).hasSize(1);
            });
  }

  private static CraftedLora query() {
    return new CraftedLora().pair(QUERY, 32, 32);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q",
        "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q",
        "lycoris_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q",
        "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
        "base_model.model.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
        "base_model.model.unet.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
        "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
        "unet.input_blocks.4.1.transformer_blocks.0.attn1.to_q",
        "diffusion_model.input_blocks.4.1.transformer_blocks.0.attn1.to_q"
      })
  void findsAModuleInEveryDialect(String stem) throws IOException {
    LoraFile file = open(new CraftedLora().pair(stem, 32, 32));

    assertThat(file.targets()).containsExactly(TARGET);
  }

  @ParameterizedTest
  @CsvSource({
    ".lora_down.weight, .lora_up.weight",
    ".lora_A.weight, .lora_B.weight",
    ".lora_A.default.weight, .lora_B.default.weight",
    ".lora.down.weight, .lora.up.weight",
  })
  void knowsAPairByEveryName(String down, String up) throws IOException {
    String stem = "unet." + TARGET.module();

    LoraFile file =
        open(new CraftedLora().tensor(stem + down, 1, 4, 32).tensor(stem + up, 1, 32, 4));

    assertThat(file.targets()).containsExactly(TARGET);
  }

  @ParameterizedTest
  @CsvSource({
    "lora_te1_text_model_encoder_layers_0_self_attn_out_proj, 1, 16",
    "lora_te2_text_model_encoder_layers_0_self_attn_out_proj, 2, 24",
    "text_encoder.text_model.encoder.layers.0.self_attn.to_out_lora, 1, 16",
    "text_encoder_2.text_model.encoder.layers.0.self_attn.out_proj, 2, 24",
    "lycoris_text_encoder_2_text_model_encoder_layers_0_self_attn_out_proj, 2, 24",
  })
  void findsTheTextTowers(String stem, int tower, int width) throws IOException {
    boolean isOld = stem.endsWith("_lora");
    CraftedLora crafted =
        new CraftedLora()
            .tensor(stem + (isOld ? ".down.weight" : ".lora_down.weight"), 1, 4, width)
            .tensor(stem + (isOld ? ".up.weight" : ".lora_up.weight"), 1, width, 4);

    assertThat(open(crafted).targets())
        .containsExactly(new LoraTarget(tower, "text_model.encoder.layers.0.self_attn.out_proj"));
  }

  @Test
  void takesDiffusersName_whereAFileHasBoth() throws IOException {
    String ldm = "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q";

    LoraFile file = open(query().pair(ldm, 32, 32));

    assertThat(file.moduleCount()).isEqualTo(1);
    assertThat(file.unmatched()).containsExactly(ldm);
  }

  @Test
  void takesTheFirstOfTwoNames_notHalvesOfBoth() throws IOException {
    String dotted = "unet." + TARGET.module();

    LoraFile file = open(query().tensor(dotted + ".lora_down.weight", 1, 8, 32).alpha(dotted, 2));

    assertThat(file.moduleCount()).isEqualTo(1);
    assertThat(file.unmatched()).containsExactly(dotted);
  }

  @Test
  void refusesTwoAdaptersOfOneModule_namingBothKeys() {
    String stem = "unet." + TARGET.module();

    assertRefused(
        new CraftedLora()
            .tensor(stem + ".lora_A.first.weight", 1, 4, 32)
            .tensor(stem + ".lora_A.second.weight", 1, 4, 32)
            .tensor(stem + ".lora_B.first.weight", 1, 32, 4),
        "twice",
        ".lora_A.first.weight",
        ".lora_A.second.weight");
  }

  @Test
  void namesAndCountsWhatIsNotInTheModel() throws IOException {
    LoraFile file = open(query().pair("lora_unet_elsewhere", 8, 8).tensor("what.is_this", 1, 3));

    assertThat(file.unmatched()).containsExactly("lora_unet_elsewhere", "what.is_this");
    assertThat(file.unmatchedWords())
        .isEqualTo(
            "LoRA style: 2 of its 3 modules are not in this model and are ignored"
                + " (lora_unet_elsewhere, what.is_this)");
  }

  @Test
  void tellsTheWordsOfEmbeddingsInIt() throws IOException {
    LoraFile file =
        open(
            query()
                .tensor("bundle_emb.mycat.clip_l", 1, 2, 16)
                .tensor("bundle_emb.mycat.clip_g", 1, 2, 24));

    assertThat(file.bundledWords()).containsExactly("mycat");
    assertThat(file.unmatched()).isEmpty();
  }

  @Test
  void takesAnyWordForAnEmbeddingInIt() throws IOException {
    LoraFile file = open(query().tensor("bundle_emb.soft_red.clip_l", 1, 2, 16));

    assertThat(file.bundledWords()).containsExactly("soft_red");
  }

  @Test
  void refusesAFileOfAnotherKind_sayingWhatItIs() throws IOException {
    Path vae =
        new CraftedLora()
            .tensor("first_stage_model.decoder.conv_in.weight", 1, 2)
            .tensor("first_stage_model.decoder.conv_in.bias", 1, 2)
            .write(folder);

    assertThatThrownBy(() -> LoraFile.open("style", vae, MODEL))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("is a VAE alone, a part of a model, not a LoRA");
  }

  @Test
  void refusesAFileOfWhichNothingIsInTheModel() {
    assertRefused(
        new CraftedLora().pair("lora_unet_elsewhere", 8, 8), "changes nothing", "elsewhere");
  }

  @Test
  void refusesShapesThatDoNotFit_naming_both() {
    assertRefused(
        new CraftedLora().pair(QUERY, 320, 320), TARGET.module(), "320 × 320", "[32, 32]");
  }

  @Test
  void refusesAnAlphaThatIsNotOneNumber_sayingHowManyItHas() {
    assertRefused(query().tensor(QUERY + ".alpha", 4, 2), "an alpha of 2 numbers");
    assertRefused(query().alpha(QUERY, 0), "the alpha 0.0 ");
  }

  @Test
  void refusesAlphasAlone_whereThereIsNothingElse() throws IOException {
    assertRefused(new CraftedLora().alpha(QUERY, 1), "only a part of what changes", "alphas alone");
    assertThat(open(query().alpha(CONTEXT_KEY, 1)).moduleCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {".dora_scale", ".hada_t1", ".lokr_t2"})
  void refusesWhatChangesNothingAlone(String part) {
    assertRefused(new CraftedLora().tensor(QUERY + part, 1, 32, 1), "missing", TARGET.module());
  }

  @Test
  void refusesADifferenceBesideAPair() {
    assertRefused(
        query().tensor(QUERY + ".diff", 1, 32, 32), "more than one", "lora_down.weight, diff");
  }

  @ParameterizedTest
  @ValueSource(strings = {".lora_down.weight", ".lora_up.weight", ".hada_w1_a", ".lokr_w2_b"})
  void refusesHalfOfAPair(String part) {
    assertRefused(new CraftedLora().tensor(QUERY + part, 1, 32, 4), "missing", TARGET.module());
  }

  @Test
  void refusesRanksThatDisagree() {
    assertRefused(
        new CraftedLora()
            .tensor(QUERY + ".lora_down.weight", 1, 4, 32)
            .tensor(QUERY + ".lora_up.weight", 1, 32, 8),
        "ranks",
        "[32, 8]",
        "[4, 32]");
  }

  @Test
  void refusesAnAlphaOfZero() {
    assertRefused(query().alpha(QUERY, 0), "alpha", "0.0");
  }

  @ParameterizedTest
  @ValueSource(floats = {1e38f, -65_505})
  void refusesAnAlphaThatWouldMakeInfiniteWeights(float alpha) throws IOException {
    assertRefused(query().alpha(QUERY, alpha), "the alpha " + alpha, "at most 65504");
    assertRefused(
        query().metadata("lora_adapter_metadata", "{\"unet.lora_alpha\":" + alpha + "}"),
        "the alpha " + Double.parseDouble(Float.toString(alpha)),
        "at most 65504");
    open(query().alpha(QUERY, -65_504)).check(MODEL);
  }

  @ParameterizedTest
  @CsvSource({"I32, 4", "I64, 8", "U8, 1"})
  void refusesWholeNumbersInPlaceOfWeights(String type, int bytes) throws IOException {
    Path file = file("%s.diff", type, "[32,32]", new byte[32 * 32 * bytes]);

    assertThatThrownBy(() -> LoraFile.open("style", file, MODEL).check(MODEL))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("LoRA style has " + QUERY + ".diff in " + type)
        .hasMessageContaining("F64, F32, F16");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void refusesValuesThatAreNoNumbers(float value) {
    assertRefused(query().alpha(QUERY, value), "NaN or infinity", "alpha");
    assertRefused(query().tensor("lora_unet_elsewhere.diff", value, 3), "NaN or infinity");
  }

  @ParameterizedTest
  @CsvSource({"F8_E4M3, 127", "F8_E4M3, 255", "F8_E5M2, 124", "F8_E5M2, 254"})
  void refusesBytesThatAreNoNumbers(String type, int value) throws IOException {
    Path file = file("%s.diff", type, "[1]", (byte) value);

    assertThatThrownBy(() -> LoraFile.open("style", file, MODEL))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("NaN or infinity in " + QUERY);
  }

  /** With one tensor of the query projection. */
  private Path file(String name, String type, String shape, byte... values) throws IOException {
    String header =
        "{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%s]}}"
            .formatted(name.formatted(QUERY), type, shape, values.length);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + header.length() + values.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length()).put(header.getBytes(UTF_8)).put(values);
    return Files.write(folder.resolve("one-tensor.safetensors"), bytes.array());
  }

  @Test
  void quotesNamesShortAndWithoutControlCharacters() {
    assertRefused(
        query().tensor("lora\nunet" + "x".repeat(500) + ".diff", Float.NaN, 3), "lora?unetxx", "…");
  }

  @Test
  void refusesAKroneckerProductOfAnotherSize() {
    assertRefused(
        new CraftedLora().tensor(QUERY + ".lokr_w1", 1, 4, 4).tensor(QUERY + ".lokr_w2", 1, 9, 8),
        "36 × 32",
        "[32, 32]");
  }

  @ParameterizedTest
  @CsvSource({
    "ss_base_model_version, sd_v1, SD 1",
    "ss_base_model_version, sd_v2_v, SD 2",
    "ss_base_model_version, flux1, Flux",
    "modelspec.architecture, stable-diffusion-v1/lora, SD 1",
    "modelspec.architecture, stable-diffusion-3-medium/lora, SD 3",
    "modelspec.architecture, flux-1-dev/lora, Flux",
  })
  void refusesWhatSaysThatItWasMadeForAnotherModel(String key, String value, String base) {
    assertRefused(query().metadata(key, value), "made for " + base, "this model is SDXL");
  }

  @Test
  void believesTheFirstSignThatSpeaks() throws IOException {
    LoraFile file =
        open(
            query()
                .metadata("ss_base_model_version", "sdxl_base_v1-0")
                .metadata("modelspec.architecture", "stable-diffusion-v1/lora"));

    assertThat(file.moduleCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"768, SD 1", "1024, SD 2"})
  void tellsAnotherModelByTheWidthOfItsContext(int width, String base) {
    assertRefused(new CraftedLora().pair(CONTEXT_KEY, 320, width), "made for " + base);
  }

  @ParameterizedTest
  @CsvSource({
    "lora_unet_double_blocks_0_img_attn_proj.lora_down.weight, Flux",
    "transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight, Flux",
    "transformer.transformer_blocks.0.attn.to_q.lora_A.weight, SD 3",
    "lora_unet_joint_blocks_0_x_block_attn_proj.lora_down.weight, SD 3",
  })
  void tellsModelsOfOtherArchitecturesByTheirNames(String key, String base) {
    assertRefused(new CraftedLora().tensor(key, 1, 4, 8), "made for " + base);
  }

  @ParameterizedTest
  @CsvSource({".a1.weight, GLoRA", ".oft_blocks, OFT", ".on_input, IA3"})
  void refusesOtherKindsByName(String part, String kind) {
    assertRefused(new CraftedLora().tensor(QUERY + part, 1, 4, 4), kind);
  }

  @Test
  void refusesAFileOfMoreTensorsThanAnyLoraHas() {
    CraftedLora crafted = query();
    for (int n = 0; n < 100_000; n++) {
      crafted.tensor("lora_unet_" + n + ".alpha", 1, 1);
    }

    assertRefused(crafted, "100002 tensors", "50000");
  }

  @Test
  void refusesMetadataThatIsNoJson() {
    assertRefused(query().metadata("lora_adapter_metadata", "{"), "lora_adapter_metadata");
  }

  @Test
  void refusesMorePatternsThanAnyFileHas() {
    String entries =
        IntStream.range(0, 10_001).mapToObj("\"m%s\":1"::formatted).collect(joining(","));

    assertRefused(
        query().metadata("lora_adapter_metadata", "{\"unet.alpha_pattern\":{" + entries + "}}"),
        "10001 entries",
        "10000");
  }

  @Test
  void refusesAFileThatIsCutOff() throws IOException {
    Path file = query().write(folder);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 40));

    assertThatThrownBy(() -> LoraFile.open("style", file, MODEL))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("truncated");
  }
}
