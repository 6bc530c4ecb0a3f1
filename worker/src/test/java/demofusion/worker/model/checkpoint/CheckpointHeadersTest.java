package demofusion.worker.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.file.GoldenHeaders;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Full-size files as people have them, by their headers. */
class CheckpointHeadersTest {
  @TempDir Path temp;

  @ParameterizedTest
  @MethodSource("demofusion.protocol.model.file.GoldenHeaders#names")
  void recognisesWhatPeopleHave_andRefusesTheOthersByTheirNames(String name) {
    JsonNode expected = GoldenHeaders.expected(name);
    Path file = GoldenHeaders.write(name, temp);

    if (expected.path("refused").asText().equals("inpainting")) {
      assertThat(Checkpoint.read(file, null).unknown()).isEmpty(); // what the data came before
      return;
    }
    if (expected.has("refused")) {
      DemofusionException refusal =
          catchThrowableOfType(DemofusionException.class, () -> Checkpoint.read(file, null));
      assertThat(refusal).as("a refusal").isNotNull();
      assertThat(refusal.code()).isEqualTo(FailureCode.BAD_MODEL);
      assertThat(refusal.userMessage())
          .contains(expected.get("refused").asText())
          .doesNotContain("\n");
      return;
    }
    Checkpoint.Recognised recognised = Checkpoint.read(file, null).recognised();
    assertThat(recognised.family()).isEqualTo(expected.get("family").asText());
    assertThat(recognised.predictsV()).isEqualTo(expected.path("prediction").asText().equals("v"));
    assertThat(recognised.zeroTerminalSnr())
        .isEqualTo(expected.path("zero_terminal_snr").asBoolean());
    assertThat(recognised.edm()).isEqualTo(expected.path("edm").asBoolean());
    assertThat(recognised.sampleSize()).isEqualTo(expected.get("S").asInt());
    assertThat(Checkpoint.read(file, null).hasVae()).isEqualTo(!expected.has("needs"));
    assertThat(Checkpoint.read(file, null).unknown()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "inpainting-sd15, SD 1, 64",
    "inpainting-sd2, SD 2, 64",
    "inpainting-sdxl, SDXL, 128"
  })
  void recognisesInpaintingModelsAsTheFamilyTheyWereMadeOf(String name, String family, int side) {
    Checkpoint.Recognised recognised =
        Checkpoint.read(GoldenHeaders.write(name, temp), null).recognised();

    assertThat(recognised.family()).isEqualTo(family);
    assertThat(recognised.sampleSize()).isEqualTo(side);
  }

  @ParameterizedTest
  @CsvSource({
    "modelspec.prediction_type, v, true",
    "modelspec.prediction_type, epsilon, false",
    "modelspec.architecture, stable-diffusion-v2-768-v, true",
    "ss_v_parameterization, True, true",
    "ss_v_parameterization, False, false"
  })
  void readsNotesOfWhatIsPredicted(String note, String value, boolean isV) {
    Path file = changed("sd21-base", header -> header.putObject("metadata").put(note, value));

    assertThat(Checkpoint.read(file, null).recognised().predictsV()).isEqualTo(isV);
    assertThat(Checkpoint.read(file, null).recognised().sampleSize()).isEqualTo(isV ? 96 : 64);
  }

  @Test
  void aMarkSpeaksBeforeANote() {
    Path file =
        changed(
            "sdxl",
            header -> {
              header.putObject("metadata").put("modelspec.prediction_type", "epsilon");
              ((ObjectNode) header.get("tensors")).putArray("v_pred").add("F16").addArray().add(0);
            });

    assertThat(Checkpoint.read(file, null).recognised().predictsV()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "model.diffusion_model.input_blocks.0.0.weight, 7, x4 upscaler",
    "model.diffusion_model.input_blocks.0.0.weight, 6, takes 6 channels",
    "model.diffusion_model.label_emb.0.0.weight, 1536, no family known here",
  })
  void refusesOtherShapes(String key, int second, String words) {
    Path file =
        changed(
            key.contains("label") ? "sdxl" : "sd15",
            header -> {
              ObjectNode tensors = (ObjectNode) header.get("tensors");
              ((ArrayNode) tensors.get(key).get(1)).set(1, second);
              if (key.contains("label")) {
                tensors
                    .properties()
                    .forEach(
                        tensor -> {
                          if (tensor.getKey().endsWith("attn2.to_k.weight")) {
                            ((ArrayNode) tensor.getValue().get(1)).set(1, 768);
                          }
                        });
              }
            });

    assertThat(catchThrowableOfType(DemofusionException.class, () -> Checkpoint.read(file, null)))
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({"absmax", "quant_map", "comfy_quant", "qweight"})
  void refusesOtherQuantisations(String key) {
    Path file =
        changed(
            "sd15",
            header ->
                ((ObjectNode) header.get("tensors"))
                    .putArray("model.diffusion_model.out.2.weight." + key)
                    .add("F32")
                    .addArray()
                    .add(1));

    assertThat(catchThrowableOfType(DemofusionException.class, () -> Checkpoint.read(file, null)))
        .hasMessageContaining("is quantised", key);
  }

  private Path changed(String name, Consumer<ObjectNode> change) {
    ObjectNode header = GoldenHeaders.of(name);
    change.accept(header);
    return GoldenHeaders.write(header, temp.resolve("changed.safetensors"));
  }
}
