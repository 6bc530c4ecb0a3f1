package demofusion.coordinator.image.recorded;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Long texts that were made to keep a reader busy: whoever may view pictures may send them. */
class HostileTextsTest {
  private static final Duration BUSY = Duration.ofSeconds(20);
  private static final int LONG = 200_000;

  private static Arguments text(String name, String keyword, String text) {
    return Arguments.of(Named.of(name, Map.of(keyword, text)));
  }

  static Stream<Arguments> texts() {
    String line = "\nSteps: 2, Sampler: Euler, Seed: 5, Size: 64x64, ";
    return Stream.of(
        text("a prompt that never ends", "Dream", "\"" + "a".repeat(LONG)),
        text("a prompt of escapes", "Dream", "\"" + "\\a".repeat(LONG) + "\" -s 2"),
        text("a network that never ends", "parameters", "<lora:" + "a".repeat(LONG) + line),
        text("networks that never end", "parameters", "<lora:a:".repeat(LONG / 8) + line),
        text("a name without a colon", "parameters", "x" + line + "a".repeat(LONG)),
        text("JSON that never ends", "parameters", "x" + line + "a: [, ".repeat(LONG / 6)),
        text("brackets", "parameters", "(".repeat(LONG) + line),
        text("brackets of NovelAI", "parameters", "{".repeat(LONG) + line));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void isReadWithoutHaste_butInTime(Map<String, String> texts) {
    assertTimeoutPreemptively(BUSY, () -> PictureSettings.read(texts));
  }
}
