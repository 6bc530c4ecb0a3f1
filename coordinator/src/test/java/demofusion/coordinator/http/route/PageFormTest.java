package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.FieldSamples;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.Preset;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.RequestFields;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page's form has every field that decides a picture, and the page's script names none. */
class PageFormTest {
  private final List<JsonNode> entries = new ArrayList<>();

  private static JsonNode served() throws Exception {
    return ApiJson.lenient().readTree(new PageFiles().find(PageFiles.FORM).orElseThrow().bytes());
  }

  private static String script() throws Exception {
    try (InputStream in = PageFiles.class.getResourceAsStream(PageFiles.FOLDER + "compose.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void hasEveryField_thatIsOnThePage() throws Exception {
    served().get("groups").forEach(group -> group.get("fields").forEach(entries::add));

    assertThat(entries.stream().map(entry -> entry.get("name").asText()))
        .containsExactlyInAnyOrderElementsOf(
            RequestFields.ALL.stream()
                .filter(field -> !field.isAbsent(Field.Surface.PAGE))
                .map(Field::name)
                .toList());
  }

  @Test
  void hasEveryPreset_asSettingsThatItsFieldsTake() throws Exception {
    JsonNode presets = served().get("presets");

    assertThat(presets.findValuesAsText("name"))
        .containsExactlyElementsOf(Arrays.stream(Preset.values()).map(Preset::toString).toList());
    for (Preset preset : Preset.values()) {
      preset
          .settings()
          .forEach((name, value) -> assertThat(RequestFields.named(name).group()).isNotNull());
      assertThat(preset.of(RenderSpec.of("a fox", 1)).method())
          .hasToString(String.valueOf(preset.settings().get("method")));
    }
    assertThat(presets.at("/0/without").toString())
        .contains("\"windowInteraction\"", "\"regionNoise\"", "\"phases\"");
    assertThat(presets.at("/1/without")).isEmpty();
  }

  /** What "Use these settings" puts into it: nothing of a picture gets lost between the two. */
  @Test
  void hasAPlaceForAllSettingsOfAPicture() throws Exception {
    RenderSpec spec = RenderSpec.of("a fox", 1);
    for (Field<?> field : RequestFields.ALL) {
      if (field.needs() == null && field.jsonClass() != byte[].class) {
        spec = field.with(spec, FieldSamples.of(field));
      }
    }
    JsonNode settings =
        ApiJson.lenient().readTree(Responses.text(NewPicture.of(JobRequest.of(spec))));
    served().get("groups").forEach(group -> group.get("fields").forEach(entries::add));

    List<String> without = new ArrayList<>();
    settings.fieldNames().forEachRemaining(without::add);
    entries.forEach(entry -> without.remove(entry.get("name").asText()));

    // Whether previews are made changes no picture; the page always has them made.
    assertThat(without).containsExactly("previews");
  }

  @Test
  void isShownByControls_thatTheScriptKnows() throws Exception {
    String script = script();
    for (Field.Control control : Field.Control.values()) {
      assertThat(script).containsPattern("\n  " + control.name().toLowerCase(Locale.ROOT) + ": ");
    }
  }

  @Test
  void isTheOnlyListOfFields_thatTheScriptHas() throws Exception {
    String script = script();
    List<String> controls =
        Arrays.stream(Field.Control.values())
            .map(control -> control.name().toLowerCase(Locale.ROOT))
            .toList();
    for (Field<?> field : RequestFields.ALL) {
      if (!controls.contains(field.name()) && !field.name().equals("previews")) {
        String name = Pattern.quote(field.name());
        assertThat(script)
            .as(field.name())
            .doesNotContainPattern("'" + name + "'|\\." + name + "\\b|\\b" + name + ":");
      }
    }
  }
}
