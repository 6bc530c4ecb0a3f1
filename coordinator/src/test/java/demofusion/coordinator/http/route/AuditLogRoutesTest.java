package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.FakeWorkers;
import demofusion.coordinator.http.TestApi;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.WorkerView;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLogRoutesTest {
  @RegisterExtension static final TestApi api = TestApi.open();

  private static List<String> actions(JsonNode page) {
    return page.get("entries").findValuesAsText("what");
  }

  @Test
  void showsPages_theNewestFirst() throws Exception {
    api.workers.workers.put("w", FakeWorkers.worker("w", WorkerView.State.READY, null));
    api.post("/v1/workers/w/drain", "");
    api.post("/v1/workers/w/resume", "");
    api.post("/v1/workers/x/drain", "");

    JsonNode first = TestApi.json(api.get("/v1/audit?limit=2"));
    JsonNode second = TestApi.json(api.get("/v1/audit?limit=2&before=" + first.get("next")));

    assertThat(actions(first)).containsExactly("drain", "resume");
    assertThat(first.at("/entries/0/status").asInt()).isEqualTo(404);
    assertThat(first.at("/entries/0/who").asText()).isEqualTo("local");
    assertThat(actions(second)).contains("drain");
    assertThat(actions(TestApi.json(api.get("/v1/audit?what=resume&who=local"))))
        .containsOnly("resume");
    assertThat(actions(TestApi.json(api.get("/v1/audit?who=ann")))).isEmpty();
    assertThat(actions(TestApi.json(api.get("/v1/audit?since=2999-01-01T00:00:00Z")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "since=yesterday",
        "what=nothing",
        "limit=0",
        "limit=1001",
        "limit=x",
        "before=-1",
        "until=1",
        "limit=1&limit=2"
      })
  void refusesAQueryThatMakesNoSense(String query) throws Exception {
    HttpResponse<String> response = api.get("/v1/audit?" + query);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestApi.json(response).get("detail").asText())
        .contains(query.substring(0, query.indexOf('=')));
  }

  @Test
  void isForOperatorsOnly(@TempDir Path folder) throws Exception {
    Path tokens = folder.resolve("tokens");
    Files.writeString(
        tokens,
        TestApi.token("ann", Role.SUBMIT, "secret-ann")
            + TestApi.token("olga", Role.OPERATE, "secret-olga"));
    try (TestApi guarded = TestApi.withTokens(folder, tokens)) {
      assertThat(status(guarded, "secret-ann")).isEqualTo(403);
      assertThat(status(guarded, "secret-olga")).isEqualTo(200);
    }
  }

  private static int status(TestApi guarded, String secret) throws Exception {
    return guarded
        .send(guarded.to("/v1/audit").header("Authorization", "Bearer " + secret).GET())
        .statusCode();
  }

  @Test
  void letsTheFarmWork_whenTheDiskIsFull(@TempDir Path folder) throws Exception {
    Files.createSymbolicLink(folder.resolve("audit.jsonl"), Path.of("/dev/full"));
    try (TestApi full = TestApi.open(folder)) {
      full.workers.workers.put("w", FakeWorkers.worker("w", WorkerView.State.READY, null));

      assertThat(full.post("/v1/workers/w/drain", "").statusCode()).isEqualTo(200);
      assertThat(actions(TestApi.json(full.get("/v1/audit")))).isEmpty();
    }
  }
}
