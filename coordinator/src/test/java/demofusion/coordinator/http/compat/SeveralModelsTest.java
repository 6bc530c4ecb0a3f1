package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.FakeWorkers;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.request.JobRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A farm whose workers have two models: other programs see both, and draw with the one they name.
 */
class SeveralModelsTest {
  private static final String HASH = "fedcba9876543210";

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  @BeforeEach
  void add() {
    fixture.api.workers.workers.put("other", FakeWorkers.with("other", "sd15", HASH));
    fixture.api.jobs.settings.add(
        new ModelSettingsView("sd15", HASH, Map.of("guidanceScale", 3), Map.of(), Map.of()));
  }

  @AfterEach
  void remove() {
    fixture.api.workers.workers.remove("other");
  }

  @Test
  void listsBoth() throws Exception {
    var webUis = RenderFixture.json(fixture.api.get("/sdapi/v1/sd-models"));
    var openAis = RenderFixture.json(fixture.api.get("/v1/models")).get("data");

    assertThat(webUis.findValuesAsText("model_name")).containsExactlyInAnyOrder("sdxl", "sd15");
    assertThat(webUis.findValuesAsText("sha256"))
        .containsExactlyInAnyOrder("0123456789abcdef", HASH);
    assertThat(openAis.findValuesAsText("id")).containsExactlyInAnyOrder("sdxl", "sd15");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sd15", "sd15 [fedcba9876]", "sd15.safetensors", "sd15.safetensors [fedcba9876]"})
  void drawsWithTheOneThatIsNamed_asThatOneRecommends(String name) throws Exception {
    fixture.ask(
        "/sdapi/v1/txt2img",
        "{\"prompt\":\"a\",\"override_settings\":{\"sd_model_checkpoint\":\"" + name + "\"}}");
    JobRequest request = fixture.nextRequestOfOne();
    fixture.ask(
        "/sdapi/v1/txt2img",
        "{\"prompt\":\"a\",\"override_settings\":{\"sd_model_checkpoint\":\"sdxl\"}}");
    JobRequest other = fixture.nextRequestOfOne();

    assertThat(request.model()).isEqualTo("sd15");
    assertThat(request.spec().guidance().scale()).isNull(); // which is left to the model
    assertThat(other.model()).isEqualTo("sdxl");
    assertThat(other.spec().guidance().scale()).isEqualTo(7f);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gone",
        "gone [fedcba9876]",
        "gone.safetensors",
        "gone.safetensors [fedcba9876]",
        "gone@float16@cuda [fedcba9876]"
      })
  void leavesToTheFarm_whatNoWorkerHasNow_byTheNameThatTheFarmKnows(String title) throws Exception {
    String known = title.contains("@") ? "gone@float16@cuda" : "gone";

    fixture.ask(
        "/sdapi/v1/txt2img",
        "{\"prompt\":\"a\",\"override_settings\":{\"sd_model_checkpoint\":\"" + title + "\"}}");
    JobRequest webUis = fixture.nextRequestOfOne();
    fixture.ask("/v1/images/generations", "{\"prompt\":\"a\",\"model\":\"" + title + "\"}");
    JobRequest openAis = fixture.nextRequestOfOne();

    assertThat(webUis.model()).isEqualTo(known);
    assertThat(openAis.model()).isEqualTo(known);
  }

  @Test
  void drawsWithTheOneThatOpenAisRequestNames() throws Exception {
    fixture.ask("/v1/images/generations", "{\"prompt\":\"a\",\"model\":\"sd15\"}");

    assertThat(fixture.nextRequestOfOne().model()).isEqualTo("sd15");
  }
}
