package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.Draw;
import demofusion.protocol.Laws;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GenerationParametersTest {
  @Test
  void writesTheTextThatOtherProgramsRead() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Steps", "20");
    settings.put("Sampler", "Euler");
    settings.put("CFG scale", "7.5");
    settings.put("Size", "512x512");
    settings.put("DemoFusion cosine scales", "3, 1, 1");

    String text = new GenerationParameters("a cat, on a mat", "dog: \"bad\"", settings).toText();

    assertThat(text)
        .isEqualTo(
            "a cat, on a mat\nNegative prompt: dog: \"bad\"\n"
                + "Steps: 20, Sampler: Euler, CFG scale: 7.5, Size: 512x512, "
                + "DemoFusion cosine scales: \"3, 1, 1\"");
  }

  @Test
  void readsAPictureOfA1111() {
    GenerationParameters parameters =
        GenerationParameters.parse(
            """
            masterpiece, (lighthouse:1.2), <lora:x:1>
            second line
            Negative prompt: blurry,
            ugly
            Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 1, Size: 512x768, \
            Model hash: 6ce0161689, Model: v1-5, Lora hashes: "x: 12, y: \\"34\\"", Version: v1.6.0
            """);

    assertThat(parameters.prompt())
        .isEqualTo("masterpiece, (lighthouse:1.2), <lora:x:1>\nsecond line");
    assertThat(parameters.negative()).isEqualTo("blurry,\nugly");
    assertThat(parameters.settings())
        .containsEntry("Steps", "20")
        .containsEntry("Sampler", "DPM++ 2M Karras")
        .containsEntry("Lora hashes", "x: 12, y: \"34\"")
        .containsEntry("Version", "v1.6.0")
        .hasSize(9);
  }

  @Test
  void readsAPromptAlone() {
    GenerationParameters parameters = GenerationParameters.parse("a hill: green, steep");

    assertThat(parameters)
        .isEqualTo(new GenerationParameters("a hill: green, steep", null, Map.of()));
  }

  @Test
  void tellsNoNegativePromptFromAnEmptyOne() {
    assertThat(parsedBack("a", null).negative()).isNull();
    assertThat(parsedBack("a", "").negative()).isEmpty();
  }

  @Test
  void keepsPromptsThatLookLikeTheText() {
    assertThat(parsedBack(" a \r\nNegative prompt: b", null).prompt())
        .isEqualTo(" a \r\nNegative prompt: b");
    assertThat(parsedBack(" a \r\nNegative prompt: b", null).negative()).isNull();
  }

  @Test
  void refusesSettingsThatCouldNotBeReadBack() {
    GenerationParameters tooFew = new GenerationParameters("a", null, Map.of("Steps", "1"));

    assertThatThrownBy(tooFew::toText).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new GenerationParameters("a", null, Map.of("a:b", "1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givesBackWhatWasWritten() {
    Laws.forAll(
        1000,
        draw -> {
          GenerationParameters written =
              new GenerationParameters(
                  text(draw), draw.either() ? text(draw) : null, settings(text(draw)));

          assertThat(GenerationParameters.parse(written.toText())).isEqualTo(written);
        });
  }

  @Test
  void readsAnythingAtAll() {
    Laws.forAll(
        1000, draw -> assertThat(GenerationParameters.parse(text(draw)).settings()).isNotNull());
  }

  private static String text(Draw draw) {
    return draw.joined(
        6,
        () ->
            switch (draw.between(1, 3)) {
              case 1 -> draw.text(Draw.UNICODE, 8);
              case 2 -> draw.text("ab:,\"\\ \n-", 8);
              default -> draw.of("Negative prompt:", "\n", "Steps: 1, ", "Seed: \"2\", ", "\\\"");
            });
  }

  private static GenerationParameters parsedBack(String prompt, @Nullable String negative) {
    return GenerationParameters.parse(
        new GenerationParameters(prompt, negative, settings("1")).toText());
  }

  private static Map<String, String> settings(String value) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Steps", "20");
    settings.put("DemoFusion sigma", value);
    settings.put("Seed", "1");
    settings.put("Last", value);
    return settings;
  }
}
