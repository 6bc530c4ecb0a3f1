package demofusion.protocol.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptWordsTest {
  @ParameterizedTest
  @CsvSource({
    "cat, a Cat sits, true",
    "cat, cat2, true",
    "cat, (cat:1.2), true",
    "cat, category, false",
    "cat, bobcat, false",
    "cat, bobcat and cat, true",
    "bad-hands-5, 'ugly, bad-hands-5', true",
    "dragon, a <dragon>, true",
    "'', a, false",
    "cat, '', false",
  })
  void findsWholeWords(String word, String prompt, boolean occurs) {
    assertThat(PromptWords.occurs(word, prompt)).isEqualTo(occurs);
  }
}
