package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.dispatch.WorkerPauses;
import demofusion.coordinator.http.FakeWorkers;
import demofusion.coordinator.http.TestApi;
import demofusion.protocol.api.WorkerView;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PauseRoutesTest {
  @RegisterExtension static final TestApi api = TestApi.open();

  @BeforeEach
  void aWorker() {
    api.workers.pauses.clear();
    api.workers.workers.put("gpu 1/a", FakeWorkers.worker("gpu 1/a", WorkerView.State.READY, null));
  }

  @Test
  void pausesAWorkerUntilItIsResumed() throws Exception {
    JsonNode paused = TestApi.json(api.post("/v1/workers/gpu%201%2Fa/pause", ""));
    JsonNode resumed = TestApi.json(api.post("/v1/workers/gpu%201%2Fa/unpause", ""));

    assertThat(paused).hasToString("{\"worker\":\"gpu 1/a\",\"paused\":true}");
    assertThat(resumed).hasToString("{\"worker\":\"gpu 1/a\",\"paused\":false}");
    assertThat(api.workers.pauses.get(0).worker()).isEqualTo("gpu 1/a");
    assertThat(api.workers.pauses.get(0).end()).isEqualTo(WorkerPauses.OPEN);
    assertThat(api.workers.pauses.get(1).end()).isNull();
  }

  @Test
  void pausesAWorkerForSoManySeconds() throws Exception {
    Instant before = Instant.now();

    JsonNode paused = TestApi.json(api.post("/v1/workers/gpu%201%2Fa/pause?seconds=7200", ""));

    Instant until = Instant.parse(paused.get("until").asText());
    assertThat(until).isBetween(before.plusSeconds(7199), Instant.now().plusSeconds(7200));
    assertThat(api.workers.pauses.get(0).end()).isEqualTo(until);
  }

  @ParameterizedTest
  @ValueSource(strings = {"seconds=0", "seconds=-1", "seconds=x", "seconds=31622401", "for=2h"})
  void refusesOtherTimes(String query) throws Exception {
    HttpResponse<String> refused = api.post("/v1/workers/gpu%201%2Fa/pause?" + query, "");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(api.workers.pauses).isEmpty();
  }

  @Test
  void knowsNobodyOfAnotherName() throws Exception {
    assertThat(api.post("/v1/workers/nobody/pause", "").statusCode()).isEqualTo(404);
    assertThat(api.post("/v1/workers/nobody/unpause", "").statusCode()).isEqualTo(404);
  }
}
