package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.prompt.GoldenPrompts;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Contexts of weighted prompts and of embeddings, against A1111's prompt engine. */
class GoldenPromptsIT {
  private static final float TOLERANCE = 1e-4f;
  private static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("models/prompts.safetensors"));
  private static final Map<String, DiffusionModel> MODELS = new HashMap<>();

  /** By made-up hashes. */
  private static final Map<String, String> NAMES =
      Map.of("1".repeat(64), "mycat", "2".repeat(64), "mydog", "3".repeat(64), "dragon");

  private static final AdditionFiles FILES =
      hash -> GoldenData.path("models/embeddings/" + NAMES.get(hash) + ".safetensors");

  @AfterAll
  static void close() {
    MODELS.values().forEach(DiffusionModel::close);
    MODELS.clear();
  }

  private static DiffusionModel model(String base) {
    return MODELS.computeIfAbsent(
        base,
        name -> {
          Path folder =
              name.equals("sdxl") ? GoldenData.tinySdxl() : GoldenData.path("models/tiny-" + name);
          return ModelFolder.open(ModelSource.of(folder)).load("cpu", Precision.FLOAT32, FILES);
        });
  }

  static Stream<JsonNode> prompts() {
    return GoldenPrompts.prompts();
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void encodesWeightedPromptsAsTheReferenceDoes(JsonNode golden) {
    String name = golden.get("name").asText();

    NamedTensors encoded =
        encode(
                golden.get("base").asText(),
                Prompts.of(golden.get("prompt").asText()),
                PromptSyntax.WEIGHTED,
                Additions.NONE)
            .positive();

    assertClose(encoded.get(PromptEncoder.STATES), GOLDEN.tensor(name + ".context"));
    if (encoded.names().contains(PromptEncoder.POOLED)) {
      assertClose(encoded.get(PromptEncoder.POOLED), GOLDEN.tensor(name + ".pooled"));
    }
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.values()).containsExactly(expected.values(), Offset.offset(TOLERANCE));
  }

  @Test
  void zeroesAnEmptyNegativePrompt_asLongAsNone() {
    Prompts prompts = new Prompts("a BREAK b", null, "", null);

    NamedTensors weighted =
        negative(encode("sdxl", prompts, PromptSyntax.WEIGHTED, Additions.NONE));
    NamedTensors plain = negative(encode("sdxl", prompts, PromptSyntax.PLAIN, Additions.NONE));

    assertThat(weighted.get(PromptEncoder.STATES).shape()).startsWith(77);
    assertThat(weighted.get(PromptEncoder.STATES).values()).containsOnly(0);
    assertThat(plain.get(PromptEncoder.STATES).values())
        .isNotEqualTo(weighted.get(PromptEncoder.STATES).values());
  }

  /** In both syntaxes a word stands for its vectors. */
  @ParameterizedTest
  @CsvSource({"sd15,mycat,1", "sdxl,mydog,2", "sd15,<dragon>,3"})
  void putsVectorsInAWordsPlace(String base, String word, String digit) {
    Additions additions =
        Additions.NONE.withEmbeddings(
            List.of(new EmbeddingUse(NAMES.getOrDefault(digit.repeat(64), ""), digit.repeat(64))));
    for (PromptSyntax syntax : PromptSyntax.values()) {
      Prompts prompts = Prompts.of("a photo of " + word);

      Tensor with = encode(base, prompts, syntax, additions).positive().get(PromptEncoder.STATES);
      Tensor without =
          encode(base, prompts, syntax, Additions.NONE).positive().get(PromptEncoder.STATES);

      assertThat(with.values()).isNotEqualTo(without.values());
    }
  }

  @Test
  void refusesAnEmbeddingOfAnotherModel() {
    Additions additions =
        Additions.NONE.withEmbeddings(List.of(new EmbeddingUse("mycat", "1".repeat(64))));

    assertThatThrownBy(() -> encode("sdxl", Prompts.of("mycat"), PromptSyntax.WEIGHTED, additions))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("embedding mycat has vectors 16 wide");
    assertThat(encode("sdxl", Prompts.of("my cat"), PromptSyntax.WEIGHTED, additions)).isNotNull();
  }

  private static WorkResult.EncodedText encode(
      String base, Prompts prompts, PromptSyntax syntax, Additions additions) {
    return model(base).encodeText(new Work.EncodeText(prompts, true, syntax, null, additions));
  }

  private static NamedTensors negative(WorkResult.EncodedText text) {
    return Optional.ofNullable(text.negative()).orElseThrow();
  }
}
