package demofusion.protocol.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

class PromptScheduleTest {
  static Stream<JsonNode> golden() {
    return GoldenPrompts.schedules();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void resolvesAsTheReferenceDoes(JsonNode golden) {
    PromptSchedule schedule =
        PromptSchedule.of(golden.get("prompt").asText(), golden.get("steps").asInt());

    List<PromptSchedule.Entry> expected = new ArrayList<>();
    golden
        .get("schedule")
        .forEach(
            entry ->
                expected.add(
                    new PromptSchedule.Entry(entry.get(0).asInt(), entry.get(1).asText())));
    assertThat(schedule.entries()).isEqualTo(expected);
  }

  /** The quirk of A1111: the text before is drawn in one step more than is written. */
  @ParameterizedTest
  @CsvSource({"0,x a", "1,x a", "3,x a", "4,x b", "9,x b", "12,x b"})
  void takesTheFirstEntryThatDoesNotEndBeforeTheStep(int step, String text) {
    assertThat(PromptSchedule.of("x [a:b:3]", 10).textAt(step)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[:b:2];|b",
        "[a:2];|a",
        "[[a|b]:c:2];a|b|c",
        "[(a:b):c:2];(a:b)|c",
        "[a:b:-1];b",
        "[a:b:1e0];a|b"
      })
  void takesTheRarerForms(String prompt, String texts) {
    assertThat(texts(PromptSchedule.of(prompt, 3))).containsExactly(texts.split("\\|", -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a:b]",
        "[a:b:c:2]",
        "[a:b:(2)]",
        "(a:b:2)",
        "[a:b:2x]",
        "[a:(b:2]",
        "[x [a:b] :c:2]",
        "\\[a:b:2\\]",
        "a|b [c:d:2]",
        "(a|b) [c:d:2]",
        "[a|b [c:d:2]",
        "[a|b:c]",
        "a\\"
      })
  void leavesWhatFitsNothingAsItIs(String prompt) {
    assertThat(PromptSchedule.of(prompt, 10).entries())
        .containsExactly(new PromptSchedule.Entry(10, prompt));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[", "(", "[a|", "[a:", "[[a:b:1]:", "([", "]", "[a:b:1", "[a:b:111", "\\", ":"})
  void readsPromptsOfNothingButBracketsAtOnce(String piece) {
    String prompt = piece.repeat(262_144 / piece.length()); // 16 times what a request takes

    Assertions.assertTimeout(Duration.ofSeconds(20), () -> PromptSchedule.of(prompt, 20).textAt(3));
  }

  @Test
  void resolvesDeepNesting() {
    String prompt = "[".repeat(4000) + "a" + ":b:2]".repeat(2000) + "|c]".repeat(2000);

    assertThat(PromptSchedule.of(prompt, 2).textAt(0)).isEqualTo("a");
  }

  private static List<String> texts(PromptSchedule schedule) {
    return schedule.entries().stream().map(PromptSchedule.Entry::text).toList();
  }
}
