package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.prompt.GoldenPrompts;
import demofusion.protocol.prompt.PromptWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptChunksTest {
  private static final ClipTokenizer CLIP =
      ClipTokenizer.read(GoldenData.tinySdxl().resolve("tokenizer"));
  private static final int COMMA = 267;
  private static final int END = 49407;

  static Stream<JsonNode> golden() {
    return GoldenPrompts.prompts();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void chunksAsTheReferenceDoes(JsonNode golden) {
    for (String folder : List.of("tokenizer", "tokenizer_2")) {
      if (!golden.has(folder)) {
        continue;
      }
      List<TokenChunk> chunks =
          PromptChunks.of(
              PromptWeights.parse(golden.get("prompt").asText()),
              tokenizer(golden.get("base").asText(), folder),
              EmbeddedWords.NONE);

      assertThat(chunks).hasSameSizeAs(golden.get(folder));
      for (int n = 0; n < chunks.size(); n++) {
        JsonNode expected = golden.get(folder).get(n);
        assertThat(chunks.get(n).ids()).isEqualTo(ids(expected.get("tokens")));
        assertThat(chunks.get(n).weights()).isEqualTo(weights(expected.get("weights")));
      }
    }
  }

  private static ClipTokenizer tokenizer(String base, String folder) {
    return base.equals("sdxl")
        ? ClipTokenizer.read(GoldenData.tinySdxl().resolve(folder))
        : ClipTokenizer.read(GoldenData.path("models/tiny-" + base).resolve(folder));
  }

  private static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(n -> array.get(n).asInt()).toArray();
  }

  private static float[] weights(JsonNode array) {
    float[] weights = new float[array.size()];
    for (int n = 0; n < weights.length; n++) {
      weights[n] = (float) array.get(n).asDouble();
    }
    return weights;
  }

  @Test
  void putsVectorsInTheirWordsPlace_withItsWeight() {
    TokenChunk chunk = chunks("a (mycat:1.2) sleeps", word("mycat", 3)).get(0);

    assertThat(chunk.ids()).startsWith(49406, 320, 0, 0, 0).contains(END);
    assertThat(chunk.weights()).startsWith(1, 1, 1.2f, 1.2f, 1.2f, 1);
    assertThat(chunk.replacedPositions()).containsExactly(2, 3, 4);
    assertThat(chunk.replacedRows().values()).containsExactly(1, 1, 2, 2, 3, 3);
  }

  @Test
  void takesTheLongestWord_andNoneAcrossWeights() {
    EmbeddedWords words =
        new EmbeddedWords(List.of(embedded("mycat", 1), embedded("mycat sleeps", 2)));

    assertThat(PromptChunks.of(PromptWeights.parse("mycat sleeps"), CLIP, words).get(0).places())
        .extracting(TokenChunk.Place::rows)
        .containsExactly(2);
    assertThat(PromptChunks.of(PromptWeights.parse("mycat (sleeps)"), CLIP, words).get(0).places())
        .extracting(TokenChunk.Place::rows)
        .containsExactly(1);
    assertThat(chunks("my(cat)", word("mycat", 1)).get(0).places()).isEmpty();
  }

  @Test
  void beginsAChunk_whereVectorsHaveNoRoom() {
    List<TokenChunk> chunks = chunks("cat ".repeat(73) + "mycat", word("mycat", 3));

    assertThat(chunks).hasSize(2);
    assertThat(chunks.get(0).places()).isEmpty();
    assertThat(chunks.get(1).replacedPositions()).containsExactly(1, 2, 3);
  }

  @Test
  void refusesMoreVectorsThanAChunkOfTheModelHasRoomFor() {
    assertThat(chunks("mycat", word("mycat", 75))).hasSize(1);
    assertThatThrownBy(() -> chunks("mycat", word("mycat", 76)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("mycat has 76 vectors, and this model reads 75 tokens at once: ");
  }

  @Test
  void takesVectorsAlong_whenAPhraseMovesToTheNextChunk() {
    List<TokenChunk> chunks = chunks("cat ".repeat(68) + ", mycat cat cat cat", word("mycat", 4));

    assertThat(chunks.get(0).ids()[69]).isEqualTo(COMMA);
    assertThat(chunks.get(0).ids()[70]).isEqualTo(END);
    assertThat(chunks.get(0).places()).isEmpty();
    assertThat(chunks.get(1).replacedPositions()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void refusesMoreChunksThanItCanHold() {
    assertThatThrownBy(() -> chunks("BREAK ".repeat(100), EmbeddedWords.NONE))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("more than 64 chunks of 75 tokens");
  }

  /** In the plain syntax the same words stand for the same vectors. */
  @Test
  void cutsPlainPromptsOff_andNamesVectorsThatAreCut() {
    List<String> cutOff = new ArrayList<>();

    TokenChunk chunk = CLIP.encode("cat ".repeat(73) + "mycat dog", word("mycat", 3), cutOff::add);

    assertThat(chunk.replacedPositions()).containsExactly(74, 75);
    assertThat(chunk.replacedRows().values()).containsExactly(1, 1, 2, 2);
    assertThat(cutOff).containsExactly("1 of mycat's vectors, dog");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a (red:1.3) house", "a<|endoftext|>b", "Übergrößenträger ⚓"})
  void readsPlainPromptsWithoutVectorsAsEver(String text) {
    String words = text.repeat(30);
    List<String> cutOff = new ArrayList<>();

    TokenChunk chunk = CLIP.encode(words, word("mycat", 3), cutOff::add);

    ClipTokenizer.Encoding expected = CLIP.encode(words);
    assertThat(chunk.ids()).isEqualTo(expected.ids());
    assertThat(String.join("", cutOff)).isEqualTo(expected.cutOff());
  }

  private static List<TokenChunk> chunks(String prompt, EmbeddedWords words) {
    return PromptChunks.of(PromptWeights.parse(prompt), CLIP, words);
  }

  private static EmbeddedWords word(String word, int vectors) {
    return new EmbeddedWords(List.of(embedded(word, vectors)));
  }

  /** Two wide; the n-th vector, from 1, is full of n. */
  private static EmbeddedWord embedded(String word, int vectors) {
    float[] values = new float[2 * vectors];
    for (int n = 0; n < values.length; n++) {
      values[n] = 1 + n / 2;
    }
    Tensor tensor = new Tensor(new int[] {vectors, 2}, values);
    return new EmbeddedWord(
        new TextEmbedding(word, List.of(word), List.of(tensor)), CLIP.words(word), tensor);
  }
}
