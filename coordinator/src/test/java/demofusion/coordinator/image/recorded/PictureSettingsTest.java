package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Laws;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureSettingsTest {
  private static final List<String> KEYWORDS =
      List.of("parameters", "prompt", "sd-metadata", "invokeai_metadata", "Dream", "Comment");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a lighthouse",
        "Created with GIMP",
        "Title: a fox, Author: Ann, Date: 2024", // no setting among them
        "a fox\nSteps: 2", // WebUI asks for three as well
        "{ no JSON"
      })
  void takesNoTextForAPrompt_thatHasNoSettings(String text) {
    assertThat(PictureSettings.read(Map.of("parameters", text))).isEqualTo(new Reading.Nothing());
  }

  @Test
  void knowsNothingOfAPictureWithoutTexts() {
    assertThat(PictureSettings.read(Map.of("Software", "gimp", "Comment", "a fox")))
        .isEqualTo(new Reading.Nothing());
  }

  @Test
  void refusesAnUnknownProgramsJson() {
    assertThat(Readings.refusal("parameters", "{\"Prompt\": \"a fox\", \"cfg\": 7}"))
        .isEqualTo(
            "has settings of a program that is not known here (JSON with Prompt, cfg): give them"
                + " as options");
  }

  @Test
  void readsAnythingAtAll() {
    Laws.forAll(
        1000,
        draw -> {
          String text =
              draw.joined(
                  8,
                  () ->
                      draw.of(
                          "{",
                          "}",
                          "[",
                          "]",
                          "\"prompt\":",
                          "\"a\"",
                          ",",
                          "1",
                          "\"image\":",
                          "\"uc\":",
                          "\"scale\":",
                          "\"class_type\":",
                          "\"KSampler\"",
                          "\"sui_image_params\":",
                          "\"base_model\":",
                          "\"positive_prompt\":",
                          "Steps: 1, ",
                          "Size: 9x9, ",
                          " -s 5",
                          "\"a\" -W"));

          assertThat(PictureSettings.read(Map.of(draw.of(KEYWORDS.toArray(String[]::new)), text)))
              .isNotNull();
        });
  }
}
