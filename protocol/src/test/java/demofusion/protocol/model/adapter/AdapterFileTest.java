package demofusion.protocol.model.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.file.GoldenHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Full-size adapters as people have them, by their headers, and damaged ones. */
class AdapterFileTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip-adapter_sd15",
        "ip-adapter-plus_sd15",
        "ip-adapter-full-face_sd15",
        "ip-adapter_sdxl",
        "ip-adapter_sdxl_vit-h",
        "ip-adapter-plus_sdxl_vit-h"
      })
  void readsPublishedAdapters(String name) {
    JsonNode expected = GoldenHeaders.expected(name);

    AdapterShape shape = AdapterFile.open(GoldenHeaders.write(name, temp)).shape();

    assertThat(shape.kind().name().toLowerCase(Locale.ROOT))
        .isEqualTo(expected.get("projection").asText());
    assertThat(shape.tokens()).isEqualTo(expected.get("tokens").asInt());
    assertThat(shape.encoderTitle()).isEqualTo(expected.get("encoder").asText());
    assertThat(shape.family()).startsWith(expected.get("base").asText());
    assertThat(shape.layerWidths()).hasSize(shape.contextWidth() == 2048 ? 70 : 16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ip-adapter-faceid", "ip-adapter-faceid-plus"})
  void refusesAdaptersOfFaces(String name) {
    assertThat(refusal(GoldenHeaders.write(name, temp)))
        .contains("FaceID", "take a plain, plus or full IP-Adapter");
  }

  @Test
  void refusesAControlNetByItsName() {
    assertThat(refusal(GoldenHeaders.write("controlnet-sd15-bare", temp)))
        .contains("is a ControlNet", "not an IP-Adapter", "--controlnet");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ip-adapter_sdxl.bin", "adapter.pth"})
  void refusesPickles(String name) throws IOException {
    Path file = Files.write(temp.resolve(name), new byte[] {(byte) 0x80, 2, 'x', '.'});

    assertThat(refusal(file)).contains(".bin pickle", "convert it to safetensors");
  }

  @ParameterizedTest
  @CsvSource({
    "ip_adapter.5.to_k_ip.weight, has no tensor ip_adapter.5.to_k_ip.weight",
    "ip_adapter.7.to_v_ip.weight, has no tensor ip_adapter.7.to_v_ip.weight",
    "image_proj.proj.bias, has no tensor image_proj.proj.bias",
    "image_proj.norm.weight, has no tensor image_proj.norm.weight"
  })
  void namesWhatIsMissing(String key, String words) {
    Path file = changed("ip-adapter_sdxl", tensors -> tensors.remove(key));

    assertThat(refusal(file)).contains(words, "incomplete");
  }

  @Test
  void refusesLayersOfAnotherWidth() {
    Path file =
        changed(
            "ip-adapter_sdxl",
            tensors -> ((ArrayNode) tensors.get("ip_adapter.9.to_v_ip.weight").get(1)).set(1, 768));

    assertThat(refusal(file)).contains("ip_adapter.9.to_v_ip.weight with shape [", "require");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    Path file =
        changed(
            "ip-adapter_sdxl",
            tensors ->
                tensors.putArray("image_proj.pos_emb.weight").add("F16").addArray().add(257));

    assertThat(refusal(file)).contains("image_proj.pos_emb.weight", "another network");
  }

  @Test
  void saysWhichModelItWasMadeFor() {
    AdapterFile adapter = AdapterFile.open(GoldenHeaders.write("ip-adapter_sd15", temp));

    DemofusionException refusal =
        catchThrowableOfType(DemofusionException.class, () -> adapter.requireContextWidth(2048));

    assertThat(refusal)
        .hasMessageContaining("was made for SD 1.5: context width 768, this model has 2048");
    adapter.requireContextWidth(768);
  }

  @Test
  void findsTheEncoderBesideIt() {
    AdapterPair pair =
        AdapterPair.open(
            GoldenData.path("conditioning/ip-adapter/tiny-sdxl-plus.safetensors"), null);

    assertThat(pair.tokens()).isEqualTo(5);
    assertThat(pair.facts().contextWidth()).isEqualTo(40);
    assertThat(pair.facts().heads()).isEqualTo(4);
    assertThat(pair.facts().imageSize()).isEqualTo(56);
    assertThat(pair.facts().quickGelu()).isFalse();
    assertThat(pair.encoder().layers()).isEqualTo(3);
  }

  @Test
  void aFullOneHasAsManyTokensAsItsEncoder() {
    AdapterPair pair =
        AdapterPair.open(
            GoldenData.path("conditioning/ip-adapter/tiny-sd15-full.safetensors"), null);

    assertThat(pair.tokens()).isEqualTo(17);
  }

  @Test
  void refusesAnEncoderOfAnotherWidth_andSaysWhichOneToTake() {
    Path adapter = GoldenHeaders.write("ip-adapter_sdxl", temp);
    Path encoder = GoldenData.path("conditioning/ip-adapter/image_encoder");

    DemofusionException refusal =
        catchThrowableOfType(DemofusionException.class, () -> AdapterPair.open(adapter, encoder));

    assertThat(refusal.code()).isEqualTo(FailureCode.BAD_MODEL);
    assertThat(refusal)
        .hasMessageContaining(
            "wants an encoder of width 1280 (bigG: sdxl_models/image_encoder), this one gives 24");
  }

  @Test
  void saysThatThereIsNoEncoder() {
    Path adapter = GoldenHeaders.write("ip-adapter-plus_sdxl_vit-h", temp);

    assertThat(
            catchThrowableOfType(DemofusionException.class, () -> AdapterPair.open(adapter, null)))
        .hasMessageContaining("width 1280 (H: models/image_encoder)", "--image-encoder");
  }

  @ParameterizedTest
  @CsvSource({
    "hidden_act, '\"relu\"', must be gelu or quick_gelu",
    "num_attention_heads, 5, no whole heads of 5",
    "image_size, 224, has places for 17 tokens",
    "layer_norm_eps, 0, must be above 0",
    "architectures, '[\"SiglipVisionModel\"]', must be CLIPVisionModelWithProjection"
  })
  void refusesConfigurationsThatAreNotItsOwn(String key, String value, String words)
      throws IOException {
    Path golden = GoldenData.path("conditioning/ip-adapter/image_encoder");
    Path folder = Files.createDirectory(temp.resolve("image_encoder"));
    Files.copy(golden.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    String config = Files.readString(golden.resolve("config.json"));
    Files.writeString(
        folder.resolve("config.json"),
        config.replaceFirst("(?s)\"" + key + "\": (\\[.*?]|[^,]*)", "\"" + key + "\": " + value));
    Path adapter = GoldenData.path("conditioning/ip-adapter/tiny-sdxl.safetensors");

    assertThat(
            catchThrowableOfType(
                DemofusionException.class, () -> AdapterPair.open(adapter, folder)))
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch_model.bin, could run code",
    "model.safetensors.index.json, several files",
    "readme.md, has no model.safetensors"
  })
  void refusesFoldersWithoutItsWeights(String there, String words) throws IOException {
    Files.writeString(temp.resolve(there), "{}");
    Path adapter = GoldenData.path("conditioning/ip-adapter/tiny-sdxl.safetensors");

    assertThat(
            catchThrowableOfType(DemofusionException.class, () -> AdapterPair.open(adapter, temp)))
        .hasMessageContaining(words);
  }

  private static String refusal(Path file) {
    DemofusionException refusal =
        catchThrowableOfType(DemofusionException.class, () -> AdapterFile.open(file));
    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.code()).isEqualTo(FailureCode.BAD_MODEL);
    return refusal.userMessage();
  }

  private Path changed(String name, Consumer<ObjectNode> change) {
    ObjectNode header = GoldenHeaders.of(name);
    change.accept((ObjectNode) header.get("tensors"));
    return GoldenHeaders.write(header, temp.resolve("changed.safetensors"));
  }
}
