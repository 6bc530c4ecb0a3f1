package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.TestApi;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What WebUI's clients ask before they ask for a picture, and what they ask pictures. */
class CatalogueTest {
  @TempDir static Path folder;
  private static Easel easel;

  @BeforeAll
  static void start() {
    easel = Easel.open(folder);
  }

  @AfterAll
  static void stop() {
    easel.close();
  }

  @BeforeEach
  void forget() {
    easel.api.jobs.forget();
  }

  @Test
  void listsTheWorkersModels() throws Exception {
    JsonNode models = Easel.json(easel.api.get("/sdapi/v1/sd-models"));

    assertThat(models.at("/0/title").asText()).isEqualTo("sdxl [0123456789]");
    assertThat(models.at("/0/sha256").asText()).isEqualTo("0123456789abcdef");
  }

  @Test
  void listsSamplers_thatItTakes() throws Exception {
    for (JsonNode sampler : Easel.json(easel.api.get("/sdapi/v1/samplers"))) {
      easel.ask(
          "/sdapi/v1/txt2img", "{\"prompt\":\"a\",\"sampler_name\":" + sampler.get("name") + "}");

      assertThat(easel.nextOrderOfOne().spec().scheduler())
          .hasToString(sampler.at("/aliases/0").asText());
    }
  }

  @Test
  void remembersTheOptions_ofWhoSetThem() throws Exception {
    HttpResponse<String> set =
        easel.api.post(
            "/sdapi/v1/options",
            "{\"sd_model_checkpoint\":\"sdxl\",\"demofusion_stride\":24,\"samples_format\":\"jpg\"}");
    JsonNode options = Easel.json(easel.api.get("/sdapi/v1/options"));
    easel.ask("/sdapi/v1/txt2img", "{\"prompt\":\"a\"}");
    var order = easel.nextOrderOfOne();
    easel.ask(
        "/sdapi/v1/txt2img", "{\"prompt\":\"a\",\"override_settings\":{\"demofusion_stride\":16}}");

    assertThat(set.body()).isEqualTo("null");
    assertThat(options.get("sd_model_checkpoint").asText()).isEqualTo("sdxl [0123456789]");
    assertThat(options.get("demofusion_stride").asInt()).isEqualTo(24);
    assertThat(order.model()).isEqualTo("sdxl");
    assertThat(order.spec().stride()).isEqualTo(24);
    assertThat(easel.nextOrderOfOne().spec().stride()).isEqualTo(16);
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
    assertThat(easel.api.post("/sdapi/v1/options", options).statusCode()).isBetween(400, 422);
  }

  @Test
  void readsWhatAPictureSays() throws Exception {
    String image = Base64.getEncoder().encodeToString(Easel.png(Easel.INFO));

    JsonNode info =
        Easel.json(easel.api.post("/sdapi/v1/png-info", "{\"image\":\"" + image + "\"}"));

    assertThat(info.get("info").asText()).isEqualTo(Easel.INFO);
    assertThat(info.at("/items/Title").asText()).isEqualTo("Fox");
    assertThat(info.at("/parameters/Prompt").asText()).isEqualTo("a fox");
    assertThat(info.at("/parameters/Negative prompt").asText()).isEqualTo("a hound");
    assertThat(info.at("/parameters/Size-2").asText()).isEqualTo("1536");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"image\":\"\"}", "{\"image\":\"Zm94\"}", "{\"image\":5}"})
  void refusesAPicture_thatIsNone(String body) throws Exception {
    assertThat(easel.api.post("/sdapi/v1/png-info", body).statusCode()).isBetween(400, 422);
  }

  @Test
  void refusesAPictureThatWasCutOff() throws Exception {
    byte[] png = Arrays.copyOf(Easel.png(Easel.INFO), 60);
    String image = Base64.getEncoder().encodeToString(png);

    HttpResponse<String> response =
        easel.api.post("/sdapi/v1/png-info", "{\"image\":\"" + image + "\"}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("cut off");
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    String large = "{\"prompt\":\"" + "x".repeat(3 << 20) + "\"}";

    assertThat(easel.api.post("/sdapi/v1/txt2img", large).statusCode()).isEqualTo(413);
    assertThat(easel.api.post("/sdapi/v1/png-info", large).statusCode()).isEqualTo(413);
    assertThat(TestApi.json(easel.api.get("/sdapi/v1/memory")).at("/ram/total").asLong())
        .isPositive();
  }
}
