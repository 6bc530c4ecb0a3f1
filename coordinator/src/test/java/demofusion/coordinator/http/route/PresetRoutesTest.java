package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.FakeWorkers;
import demofusion.coordinator.http.TestApi;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.Preset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What presets take, on a farm of workers that do 3.5 tiles a second each. */
class PresetRoutesTest {
  @RegisterExtension static final TestApi api = TestApi.open();

  private static JsonNode ask(String body) throws Exception {
    return TestApi.json(api.post("/v1/presets", body)).get("presets");
  }

  @Test
  void saysWhatEachIs() throws Exception {
    JsonNode presets = ask("{\"prompt\":\"a fox\"}");

    assertThat(presets.findValuesAsText("name"))
        .containsExactlyElementsOf(Arrays.stream(Preset.values()).map(Preset::toString).toList());
    assertThat(presets.findValuesAsText("sentence")).noneMatch(String::isBlank);
    assertThat(presets.at("/0/settings/method").asText()).isEqualTo("demofusion");
    assertThat(presets.at("/1/settings/method").asText()).isEqualTo("detail");
  }

  @Test
  void countsTiles_andHowLongTheWorkersThatAreThereTake() throws Exception {
    String body = "{\"prompt\":\"a fox\",\"size\":\"2048x2048\"}";
    JsonNode alone = ask(body).get(0);
    api.workers.workers.put("a", FakeWorkers.worker("a", WorkerView.State.READY, null));
    api.workers.workers.put("b", FakeWorkers.worker("b", WorkerView.State.READY, null));
    api.workers.workers.put("c", FakeWorkers.worker("c", WorkerView.State.DRAINING, "asked"));
    api.workers.workers.put("d", FakeWorkers.with("d", "other", "ff"));

    JsonNode both = ask(body).get(0);

    assertThat(alone.get("guidedTiles").asDouble()).isEqualTo(700);
    assertThat(alone.has("seconds")).isFalse();
    assertThat(both.get("seconds").asDouble()).isEqualTo(700 / 7.0);
  }

  @Test
  void saysWhyOneCannotBe_whileTheOthersCan() throws Exception {
    JsonNode presets = ask("{\"prompt\":\"a fox\",\"sigma\":0.5}");

    assertThat(presets.at("/0/guidedTiles").asDouble()).isPositive();
    assertThat(presets.at("/1/refusal").asText()).contains("sigma 0.5", "method detail");
    assertThat(presets.at("/1").has("forwards")).isFalse();
  }

  @Test
  void saysWhyThereIsNoModel() throws Exception {
    api.jobs.refuse(FailureCode.UNAVAILABLE, "no worker has joined yet");

    assertThat(api.post("/v1/presets", "{\"prompt\":\"a\"}").statusCode()).isEqualTo(503);
  }

  @Test
  void refusesWhatIsNoRequest() throws Exception {
    assertThat(api.post("/v1/presets", "{\"prompt\":\"a\",\"size\":\"big\"}").statusCode())
        .isEqualTo(400);
  }
}
