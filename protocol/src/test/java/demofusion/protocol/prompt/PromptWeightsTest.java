package demofusion.protocol.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.protocol.DemofusionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptWeightsTest {
  static Stream<JsonNode> golden() {
    return GoldenPrompts.prompts();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void weighsAsTheReferenceDoes(JsonNode golden) {
    List<PromptSegment> segments = PromptWeights.parse(golden.get("prompt").asText());

    List<PromptSegment> expected = new ArrayList<>();
    for (JsonNode part : golden.get("parsed")) {
      String text = part.get(0).asText();
      double weight = part.get(1).asDouble();
      boolean isBreak = text.equals("BREAK") && weight == -1;
      expected.add(isBreak ? PromptSegment.BREAK : PromptSegment.of(text, weight));
    }
    assertThat(segments).isEqualTo(expected);
  }

  @Test
  void breaksInsideBracketsToo() {
    assertThat(PromptWeights.parse("(a BREAK b:2)"))
        .containsExactly(PromptSegment.of("a", 2), PromptSegment.BREAK, PromptSegment.of("b", 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a:1.2.3)", "(a:.)"})
  void refusesAWeightThatIsNoNumber(String prompt) {
    String written = prompt.substring(3, prompt.length() - 1);
    assertThatThrownBy(() -> PromptWeights.parse(prompt))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("the weight \"" + written + "\"");
  }

  @Test
  void takesASignWithoutDigitsForLetters() {
    assertThat(PromptWeights.parse("(a:+)")).containsExactly(PromptSegment.of("a:+", 1.1));
  }

  @ParameterizedTest
  @CsvSource({
    "(a:99999999999999999999999999999999999999999)",
    "'((a:99999999999999999999999):99999999999999999999999)'"
  })
  void refusesAWeightThatIsNotFinite(String prompt) {
    assertThatThrownBy(() -> PromptWeights.parse(prompt)).isInstanceOf(DemofusionException.class);
  }

  @Test
  void refusesToCombinePrompts() {
    assertThatThrownBy(() -> PromptWeights.parse("a cat AND a dog"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("composable prompts are not supported");
    assertThat(PromptWeights.parse("SAND and GRAND")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[a|", "[a", ":", "\\", "[:1.", "a:", ")", "  ", "BREAK "})
  void readsPromptsOfNothingButSignsAtOnce(String piece) {
    String prompt = piece.repeat(16_384 / piece.length());

    Assertions.assertTimeout(Duration.ofSeconds(20), () -> PromptWeights.parse(prompt));
  }
}
