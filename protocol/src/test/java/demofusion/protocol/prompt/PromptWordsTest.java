package demofusion.protocol.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
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
    "my cat, 'a my \n cat', true",
    "cafe\u0301, a CAF\u00c9, true",
    "caf\u00e9, a Cafe\u0301, true",
    "my(style), 'a my\\(style\\)', true",
    "a[b], 'a\\[b\\]', true",
  })
  void findsWholeWords(String word, String prompt, boolean occurs) {
    assertThat(new PromptWords(List.of(prompt)).have(word)).isEqualTo(occurs);
  }

  @Test
  void findsNoWordThatBeginsInOnePromptAndEndsInTheNext() {
    PromptWords words = new PromptWords(List.of("my", "cat"));

    assertThat(words.have("cat")).isTrue();
    assertThat(words.have("my cat")).isFalse();
  }
}
