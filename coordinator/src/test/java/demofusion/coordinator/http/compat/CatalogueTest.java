package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.WrittenFormat;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.FieldSamples;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.latent.Tensor;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What WebUI's clients ask before they ask for a picture, and what they ask pictures. */
class CatalogueTest {
  private static final ModelSettingsView RECOMMENDED =
      new ModelSettingsView(
          "sdxl", "0123456789abcdef", Map.of("guidanceScale", 3), Map.of(), Map.of());

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  @Test
  void listsTheWorkersModels() throws Exception {
    JsonNode models = RenderFixture.json(fixture.api.get("/sdapi/v1/sd-models"));

    assertThat(models.at("/0/title").asText()).isEqualTo("sdxl [0123456789]");
    assertThat(models.at("/0/sha256").asText()).isEqualTo("0123456789abcdef");
  }

  @Test
  void listsWhatIsRecommendedForAModel_whereSomethingIs() throws Exception {
    JsonNode silent = RenderFixture.json(fixture.api.get("/sdapi/v1/sd-models"));
    fixture.api.jobs.settings.add(RECOMMENDED);

    JsonNode models = RenderFixture.json(fixture.api.get("/sdapi/v1/sd-models"));
    JsonNode openAi = RenderFixture.json(fixture.api.get("/v1/models/sdxl"));

    assertThat(silent.at("/0").has("settings")).isFalse();
    assertThat(models.at("/0/settings").toString()).isEqualTo("{\"guidanceScale\":3}");
    assertThat(openAi.get("settings").toString()).isEqualTo("{\"guidanceScale\":3}");
  }

  @Test
  void guidesAsTheModelRecommends_whereTheRequestIsSilent_elseAsWebUi() throws Exception {
    fixture.ask("/sdapi/v1/txt2img", "{\"prompt\":\"a\"}");
    assertThat(fixture.nextRequestOfOne().spec().guidance().scale()).isEqualTo(7f);

    fixture.api.jobs.settings.add(RECOMMENDED);
    fixture.ask("/sdapi/v1/txt2img", "{\"prompt\":\"a\"}");
    assertThat(fixture.nextRequestOfOne().spec().guidance().scale()).isNull();

    fixture.ask("/sdapi/v1/txt2img", "{\"prompt\":\"a\",\"cfg_scale\":4}");
    assertThat(fixture.nextRequestOfOne().spec().guidance().scale()).isEqualTo(4f);
  }

  @Test
  void listsSamplers_thatItTakes() throws Exception {
    for (JsonNode sampler : RenderFixture.json(fixture.api.get("/sdapi/v1/samplers"))) {
      fixture.ask(
          "/sdapi/v1/txt2img", "{\"prompt\":\"a\",\"sampler_name\":" + sampler.get("name") + "}");

      assertThat(fixture.nextRequestOfOne().spec().scheduler())
          .hasToString(sampler.at("/aliases/0").asText());
    }
  }

  @Test
  void listsEverySetting_withTheBoundsThatAreKept() throws Exception {
    JsonNode args = RenderFixture.json(fixture.api.get("/sdapi/v1/script-info")).at("/0/args");

    assertThat(args.findValuesAsText("name"))
        .containsExactlyElementsOf(RequestFields.GUESTS.stream().map(Field::name).toList());
    for (JsonNode arg : args) {
      Field<?> field = RequestFields.named(arg.get("name").asText());
      if (field.maximum() != null) {
        assertThat(arg.get("maximum").asDouble()).isEqualTo(field.maximum().doubleValue());
      }
      if (field.name().equals("threads")) {
        assertThat(arg.get("maximum").asInt()).isEqualTo(256);
      }
    }
  }

  static Stream<Field<?>> settings() {
    return RequestFields.GUESTS.stream();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void takesEverySetting_thatItLists(Field<?> field) throws Exception {
    Object sample = FieldSamples.of(field);
    Map<String, Object> settings = new HashMap<>();
    boolean isOfPicture = field.needs() != null;
    if (isOfPicture) {
      // What such a setting applies to.
      settings.put("outpaint", "0,0,64,64");
      settings.put("inpaintArea", "masked");
    }
    settings.put(field.name(), sample);
    String image = Base64.getEncoder().encodeToString(RenderFixture.png(""));

    fixture.ask(
        isOfPicture ? "/sdapi/v1/img2img" : "/sdapi/v1/txt2img",
        "{\"prompt\":\"a\",\"init_images\":[\"%s\"],\"alwayson_scripts\":{\"demofusion\":{\"args\":[%s]}}}"
            .formatted(image, TestApi.JSON.writeValueAsString(settings)));

    assertThat(field.raw(fixture.nextRequestOfOne())).isEqualTo(sample);
  }

  @Test
  void remembersTheOptions_ofWhoSetThem() throws Exception {
    HttpResponse<String> set =
        fixture.api.post(
            "/sdapi/v1/options",
            "{\"sd_model_checkpoint\":\"sdxl\",\"demofusion_stride\":24,\"samples_format\":\"jpg\"}");
    JsonNode options = RenderFixture.json(fixture.api.get("/sdapi/v1/options"));
    fixture.ask("/sdapi/v1/txt2img", "{\"prompt\":\"a\"}");
    var request = fixture.nextRequestOfOne();
    fixture.ask(
        "/sdapi/v1/txt2img", "{\"prompt\":\"a\",\"override_settings\":{\"demofusion_stride\":16}}");

    assertThat(set.body()).isEqualTo("null");
    assertThat(options.get("sd_model_checkpoint").asText()).isEqualTo("sdxl [0123456789]");
    assertThat(options.get("demofusion_stride").asInt()).isEqualTo(24);
    assertThat(request.model()).isEqualTo("sdxl");
    assertThat(request.spec().stride()).isEqualTo(24);
    assertThat(fixture.nextRequestOfOne().spec().stride()).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sd_model_checkpoint\":\"<b>none</b>\"}",
        "{\"sd_model_checkpoint\":[]}",
        "{\"demofusion_sigma\":-1}",
        "{\"demofusion_colour\":1}",
        "[]"
      })
  void refusesOptions_thatWouldFailLater(String options) throws Exception {
    assertThat(fixture.api.post("/sdapi/v1/options", options).statusCode()).isBetween(400, 422);
  }

  @Test
  void readsWhatAPictureSays() throws Exception {
    String image = Base64.getEncoder().encodeToString(RenderFixture.png(RenderFixture.INFO));

    JsonNode info =
        RenderFixture.json(fixture.api.post("/sdapi/v1/png-info", "{\"image\":\"" + image + "\"}"));

    assertThat(info.get("info").asText()).isEqualTo(RenderFixture.INFO);
    assertThat(info.at("/items/Title").asText()).isEqualTo("Fox");
    assertThat(info.at("/parameters/Prompt").asText()).isEqualTo("a fox");
    assertThat(info.at("/parameters/Negative prompt").asText()).isEqualTo("a hound");
    assertThat(info.at("/parameters/Size-2").asText()).isEqualTo("1536");
  }

  @Test
  void readsWhatAnotherProgramsPictureSays_underWebUisNames() throws Exception {
    String swarm =
        "{\"sui_image_params\": {\"prompt\": \"a fox\", \"negativeprompt\": \"a hound\","
            + " \"seed\": 42, \"steps\": 20, \"cfgscale\": 7.0, \"width\": 1024, \"height\": 768,"
            + " \"sampler\": \"dpmpp_2m\", \"scheduler\": \"karras\"}}";

    JsonNode info = info(swarm);

    assertThat(info.get("info").asText()).isEqualTo(swarm);
    assertThat(info.at("/parameters/Prompt").asText()).isEqualTo("a fox");
    assertThat(info.at("/parameters/Negative prompt").asText()).isEqualTo("a hound");
    assertThat(info.at("/parameters/Seed").asText()).isEqualTo("42");
    assertThat(info.at("/parameters/Sampler").asText()).isEqualTo("DPM++ 2M Karras");
    assertThat(info.at("/parameters/Size-1").asText()).isEqualTo("1024");
  }

  @Test
  void showsWebUisTextAsItStands_andTakesNoOtherForAPrompt() throws Exception {
    JsonNode webUi = info("a fox\nSteps: 2, Sampler: Restart, Seed: 5, Clip skip: 2");

    assertThat(webUi.at("/parameters/Sampler").asText()).isEqualTo("Restart");
    assertThat(webUi.at("/parameters/Clip skip").asText()).isEqualTo("2");
    assertThat(info("Created with GIMP").get("parameters")).isEmpty();
  }

  private JsonNode info(String text) throws Exception {
    String image = Base64.getEncoder().encodeToString(RenderFixture.png(text));
    return RenderFixture.json(
        fixture.api.post("/sdapi/v1/png-info", "{\"image\":\"" + image + "\"}"));
  }

  @ParameterizedTest
  @EnumSource
  void readsWhatAPictureOfAnyFormatSays(WrittenFormat format) throws Exception {
    JsonNode info = pngInfo(format, Map.of(GenerationParameters.KEYWORD, RenderFixture.INFO));

    assertThat(info.get("info").asText()).isEqualTo(RenderFixture.INFO);
    assertThat(info.at("/parameters/Negative prompt").asText()).isEqualTo("a hound");
  }

  @ParameterizedTest
  @EnumSource
  void saysNothing_whereAPictureSaysNothing(WrittenFormat format) throws Exception {
    JsonNode info = pngInfo(format, Map.of());

    assertThat(info.get("info").asText()).isEmpty();
    assertThat(info.get("items")).isEmpty();
    assertThat(info.get("parameters")).isEmpty();
  }

  private static JsonNode pngInfo(WrittenFormat format, Map<String, String> texts)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PictureEncoder.of(format, null).write(bytes, PixelRows.of(Tensor.zeros(3, 16, 24)), texts);
    String image = Base64.getUrlEncoder().encodeToString(bytes.toByteArray());
    HttpResponse<String> response =
        fixture.api.post(
            "/sdapi/v1/png-info",
            "{\"image\":\"data:" + format.mediaType() + ";base64," + image + "\"}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return RenderFixture.json(response);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"image\":\"\"}", "{\"image\":\"Zm94\"}", "{\"image\":5}"})
  void refusesAPicture_thatIsNone(String body) throws Exception {
    assertThat(fixture.api.post("/sdapi/v1/png-info", body).statusCode()).isBetween(400, 422);
  }

  @Test
  void refusesAPictureThatWasCutOff() throws Exception {
    byte[] png = Arrays.copyOf(RenderFixture.png(RenderFixture.INFO), 60);
    String image = Base64.getEncoder().encodeToString(png);

    HttpResponse<String> response =
        fixture.api.post("/sdapi/v1/png-info", "{\"image\":\"" + image + "\"}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("cut off");
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    String large = "{\"prompt\":\"" + "x".repeat(3 << 20) + "\"}";

    assertThat(fixture.api.post("/sdapi/v1/txt2img", large).statusCode()).isEqualTo(413);
    assertThat(fixture.api.post("/sdapi/v1/png-info", large).statusCode()).isEqualTo(413);
    assertThat(TestApi.json(fixture.api.get("/sdapi/v1/memory")).at("/ram/total").asLong())
        .isPositive();
  }
}
