package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.protocol.api.request.Preset;
import demofusion.protocol.api.request.method.RenderMethod;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Other programs' users choose a preset by its name, or as WebUI's upscaler. */
class PresetOptionTest {
  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          /sdapi/v1/txt2img | 'alwayson_scripts':{'demofusion':{'args':[{'preset':'detail'}]}}
          /sdapi/v1/txt2img | 'override_settings':{'demofusion_preset':'Detail'}
          /sdapi/v1/txt2img | 'enable_hr':true,'hr_upscaler':'DemoFusion Detail'
          /v1/images/generations | 'preset':'detail'
          /v1/images/generations | 'demofusion':{'preset':'detail'}
          """)
  void takesAPreset(String path, String setting) throws Exception {
    fixture.ask(path, ("{'prompt':'a'," + setting + "}").replace('\'', '"'));

    assertThat(fixture.nextRequestOfOne().spec().method()).isEqualTo(RenderMethod.DETAIL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'enable_hr':true,'hr_upscaler':'Latent'",
        "'hr_upscaler':'DemoFusion Detail'",
        "'override_settings':{'demofusion_preset':'detail','demofusion_method':'demofusion'}",
        "'override_settings':{'demofusion_preset':null}"
      })
  void isItself_whereAnotherOrNoneIsNamed(String setting) throws Exception {
    fixture.ask("/sdapi/v1/txt2img", ("{'prompt':'a'," + setting + "}").replace('\'', '"'));

    assertThat(fixture.nextRequestOfOne().spec().method()).isEqualTo(RenderMethod.DEMOFUSION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'best'", "1", "[]"})
  void refusesWhatIsNone(String preset) throws Exception {
    String body = "{'prompt':'a','override_settings':{'demofusion_preset':" + preset + "}}";

    HttpResponse<String> refused = fixture.api.post("/sdapi/v1/txt2img", body.replace('\'', '"'));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("preset").contains("exact, detail, fast");
  }

  @Test
  void isListedAmongUpscalers_withWhatItTakes() throws Exception {
    JsonNode upscalers = RenderFixture.json(fixture.api.get("/sdapi/v1/upscalers"));

    assertThat(upscalers.at("/0").has("preset")).as(upscalers.at("/0/name").asText()).isFalse();
    JsonNode exact = upscalers.at("/1/preset");
    JsonNode detail = upscalers.at("/2/preset");
    assertThat(exact.get("forwards").asLong()).isPositive();
    assertThat(detail.get("guidedTiles").asDouble())
        .isPositive()
        .isLessThan(exact.get("guidedTiles").asDouble());
    assertThat(detail.get("sentence").asText()).isEqualTo(Preset.DETAIL.sentence());
    assertThat(upscalers.at("/3/preset/refusal").asText()).contains("few-step");

    for (Preset preset : Preset.values()) {
      assertThat(upscalers.findValuesAsText("name")).contains("DemoFusion " + preset.label());
    }
  }
}
