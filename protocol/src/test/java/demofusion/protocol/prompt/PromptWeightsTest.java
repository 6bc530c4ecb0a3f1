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
    "(a:99999999999999999999999999999999999999), 99999999999999999999…",
    "(a:-1000.5), -1000.5",
    "((a:1000):-1.5), -1500.0",
    "((((((((a:0):-1):1000):1000):1000):1000):1000):1001), 1001",
  })
  void refusesAWeightThatIsTooLarge(String prompt, String value) {
    assertThatThrownBy(() -> PromptWeights.parse(prompt))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(value)
        .hasMessageContaining("must be between -1000 and 1000: ");
  }

  @Test
  void takesTheLargestWeight_andRefusesBracketsThatMultiplyToInfinity() {
    assertThat(PromptWeights.parse("(a:-1000)")).containsExactly(PromptSegment.of("a", -1000));
    String open = "(".repeat(200);
    String close = ":1000)".repeat(200);
    assertThatThrownBy(() -> PromptWeights.parse(open + "a" + close))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("multiply to Infinity");
    assertThatThrownBy(() -> PromptWeights.parse("(" + open + "a" + close + ":0)"))
        .hasMessageContaining("multiply to NaN");
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
