package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.GoldenData;
import demofusion.worker.model.text.ClipTokenizer.Encoding;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class ClipTokenizerTest {
  private static final int START = 49406;
  private static final int END = 49407;

  private final ClipTokenizer first = Tokenizers.FIRST;
  private final ClipTokenizer second = Tokenizers.SECOND;

  @Test
  void givesTheFastTokenizersIds() throws IOException {
    for (JsonNode row : goldenPrompts()) {
      JsonNode wanted = row.path(row.has("tokenizer_fast") ? "tokenizer_fast" : "tokenizer");

      Encoding encoding = first.encode(row.get("prompt").asText());

      assertThat(encoding.ids()).as(row.get("prompt").asText()).containsExactly(ids(wanted));
    }
  }

  @Test
  void givesTheSecondTokenizersIds() throws IOException {
    for (JsonNode row : goldenPrompts()) {
      int[] wanted = ids(row.get("tokenizer_2"));
      if (row.has("tokenizer_fast")) { // given for the first only: the second pads otherwise
        wanted = ids(row.get("tokenizer_fast"));
        Arrays.fill(wanted, firstEnd(wanted) + 1, wanted.length, 0);
      }

      Encoding encoding = second.encode(row.get("prompt").asText());

      assertThat(encoding.ids()).as(row.get("prompt").asText()).containsExactly(wanted);
    }
  }

  @Test
  void takesThePadTokenForNoWord_whenItStandsInTheText() {
    assertThat(first.encode("hello!!!").ids()).startsWith(START, 3306, 995, END, END);
    assertThat(second.encode("hello!!!").ids()).startsWith(START, 3306, 0, 0, 0, END, 0);
  }

  @Test
  void findsNormalizedSpecialTokens_whateverTheirCase() {
    assertThat(first.encode("a <|EndOfText|> a").ids()).startsWith(START, 320, END, 320, END);
  }

  @Test
  void composesLettersAndTheirAccents() {
    assertThat(first.encode("cafe\u0301").ids()).containsExactly(first.encode("café").ids());
  }

  @Test
  void lowersLetterByLetter() {
    assertThat(first.encode("ΟΔΟΣ").ids()).containsExactly(first.encode("οδοσ").ids());
    assertThat(first.encode("ΟΔΟΣ").ids()).isNotEqualTo(first.encode("οδος").ids());
  }

  @Test
  void quotesWhatWasCutOff() {
    Encoding encoding = first.encode("word ".repeat(74) + "Word jumps, <|endoftext|> café");

    assertThat(encoding.cutOff()).isEqualTo("jumps , <|endoftext|> café");
    assertThat(encoding.ids()).endsWith(2653, END);
  }

  @Test
  void quotesNothing_whenEverythingFits() {
    Encoding encoding = first.encode("word ".repeat(75));

    assertThat(encoding.cutOff()).isEmpty();
    assertThat(encoding.ids()).endsWith(2653, END);
  }

  @Test
  void encodesWithAVocabularyOfAnotherSize() {
    int[] ids = Tokenizers.MINIATURE.encode("A golden evening").ids();

    assertThat(Tokenizers.MINIATURE.largestId()).isEqualTo(654);
    assertThat(ids).hasSize(77).startsWith(653, 320, 651, 649, 654, 654);
  }

  @Test
  void encodesOneWordOfAMillionLetters() {
    assertThat(first.encode("ab".repeat(500_000)).ids()).hasSize(77).endsWith(END);
  }

  private static JsonNode goldenPrompts() throws IOException {
    return new JsonMapper().readTree(GoldenData.path("tokenizer.json").toFile());
  }

  private static int firstEnd(int[] ids) {
    return IntStream.range(0, ids.length).filter(n -> ids[n] == END).findFirst().orElseThrow();
  }

  private static int[] ids(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }
}
