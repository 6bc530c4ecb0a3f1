package demofusion.protocol.api.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.model.ModelSettings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecommendedSettingsTest {
  private static final RenderSpec SILENT = RenderSpec.of("a fox", 1);

  private static ModelSettings of(String json) {
    try {
      return RecommendedSettings.of(
          RecommendedSettings.values((ObjectNode) new JsonMapper().readTree(json)));
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  @Test
  void saysWhatARequestLeavesToTheModel() {
    ModelSettings own =
        of(
            "{\"steps\": 30, \"guidanceScale\": 3, \"guidanceRescale\": 0.7, \"scheduler\":"
                + " \"ddim\", \"size\": \"512x768\", \"stride\": 24}");

    RenderSpec filled = RecommendedSettings.fill(SILENT, own);

    assertThat(filled.steps()).isEqualTo(30);
    assertThat(filled.guidance().orStandard()).isEqualTo(new Guidance(3, 0.7f));
    assertThat(filled.scheduler()).hasToString("ddim");
    assertThat(filled.size()).hasToString("512x768");
    assertThat(filled.stride()).isEqualTo(24);
    assertThat(filled.toBuilder().steps(null).build().prompts()).isEqualTo(SILENT.prompts());
  }

  @Test
  void takesNothingFromTheModel_thatARequestNames() {
    RenderSpec asked = SILENT.toBuilder().steps(50).guidance(new AskedGuidance(7.5f, null)).build();
    ModelSettings own = of("{\"steps\": 30, \"guidanceScale\": 3, \"guidanceRescale\": 0.5}");

    RenderSpec filled = RecommendedSettings.fill(asked, own);

    assertThat(filled.steps()).isEqualTo(50);
    assertThat(filled.guidance()).isEqualTo(new AskedGuidance(7.5f, 0.5f));
    assertThat(RecommendedSettings.taken(asked, own).words()).isEqualTo("guidanceRescale 0.5");
  }

  @Test
  void drawsAsEver_whereNeitherSaysAnything() {
    RenderSpec drawn = RecommendedSettings.fill(SILENT, ModelSettings.NONE).withStandards();

    assertThat(drawn.steps()).isEqualTo(50);
    assertThat(drawn.guidance()).isEqualTo(new AskedGuidance(7.5f, 0f));
    assertThat(drawn.stride()).isNull();
  }

  @Test
  void leavesWhatOneMethodAloneIsTold_toThatMethod() {
    ModelSettings own = of("{\"structureCutoff\": 0.5}");
    RenderSpec detail = SILENT.toBuilder().method(RenderMethod.DETAIL).build();

    RenderSpec filled = RecommendedSettings.fill(detail, own);
    assertThat(filled.methodSettings().detail().structureCutoff()).isEqualTo(0.5);
    assertThat(RecommendedSettings.taken(detail, own)).isEqualTo(own);

    assertThat(RecommendedSettings.fill(SILENT, own)).isEqualTo(SILENT);
    assertThat(RecommendedSettings.taken(SILENT, own)).isEqualTo(ModelSettings.NONE);
  }

  static Iterable<Field<?>> fields() {
    return RecommendedSettings.FIELDS;
  }

  @ParameterizedTest
  @MethodSource("fields")
  void everyFieldThatAModelMayRecommend_canBeSilent(Field<?> field) {
    assertThat(field.raw(JobRequest.of(SILENT))).isNull();
    assertThat(field.raw(JobRequest.of(field.with(SILENT, FieldSamples.of(field)))))
        .isEqualTo(FieldSamples.of(field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"steps\": 0} | steps 0 must be between 1 and 1000",
        "{\"steps\": 2.5} | steps 2.5 must be a whole number",
        "{\"steps\": \"30\"} | steps 30 must be a whole number",
        "{\"steps\": null} | steps null must be a whole number",
        "{\"steps\": [1]} | steps [1] must be a whole number",
        "{\"guidanceScale\": 1e99} | guidanceScale 1.0E99 must be a number",
        "{\"guidanceRescale\": 2} | guidance rescale 2.0 must be between 0 and 1",
        "{\"scheduler\": \"magic\"} | magic",
        "{\"scheduler\": 3} | scheduler 3 must be a text",
        "{\"size\": \"large\"} | large",
        "{\"seed\": 7} | unknown setting \"seed\"; a model may recommend size, steps,",
        "{\"guidance\": 7} | unknown setting \"guidance\"",
      })
  void refusesWhatARequestMayNotSay_namingTheKey(String json, String sentence) {
    assertThatThrownBy(() -> of(json))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void isTheSame_howeverItsNumbersWereWritten() {
    ModelSettings wire = new ModelSettings(Map.of("guidanceScale", 2.1d, "steps", 30));

    assertThat(of("{\"guidanceScale\": 2.1, \"steps\": 30.0}")).isEqualTo(wire);
    assertThat(of("{\"guidanceScale\": 3.0}")).isEqualTo(of("{\"guidanceScale\": 3}"));
    assertThat(wire.words()).isEqualTo("guidanceScale 2.1, steps 30");
  }

  @Test
  void changesSomeAndLeavesTheOthers() {
    Map<String, @Nullable Object> changes = new HashMap<>();
    changes.put("steps", null);
    changes.put("guidanceScale", 4);

    ModelSettings changed =
        RecommendedSettings.changed(of("{\"steps\": 30, \"stride\": 8}"), changes);

    assertThat(changed).isEqualTo(of("{\"guidanceScale\": 4, \"stride\": 8}"));
  }

  @Test
  void readsWhatPeopleType() {
    assertThat(RecommendedSettings.typed("steps", "30")).isEqualTo(30);
    assertThat(RecommendedSettings.typed("scheduler", "ddim")).isEqualTo("ddim");
    assertThat(RecommendedSettings.typed("steps", "")).isNull();
    assertThatThrownBy(() -> RecommendedSettings.typed("steps", "many"))
        .hasMessageContaining("steps many must be a whole number");
    assertThatThrownBy(() -> RecommendedSettings.typed("stepz", "3"))
        .hasMessageContaining("unknown setting \"stepz\"");
  }
}
