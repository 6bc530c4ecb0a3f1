package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.dispatch.DispatchObserver.DeviceUse;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.usage.MeteredFarm;
import demofusion.protocol.JobId;
import demofusion.protocol.api.Role;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageRoutesTest {
  @TempDir Path folder;

  private static void draw(TestApi api, String who, int seconds) {
    MeteredFarm farm = new MeteredFarm(api.usage);
    JobId job = new JobId("job-" + who);
    farm.begun(job, who, "sdxl", Duration.ofSeconds(3), true);
    farm.used(job, "NVIDIA H200", DeviceUse.COUNTED, 8, seconds * 1_000_000_000L, Double.NaN);
  }

  private static JsonNode usage(TestApi api, String secret) throws Exception {
    return TestApi.json(
        api.send(api.to("/v1/usage").header("Authorization", "Bearer " + secret).GET()));
  }

  @Test
  void showsOperatorsEverybody_andOthersThemselves() throws Exception {
    Path tokens = folder.resolve("tokens");
    Files.writeString(
        tokens,
        TestApi.token("ann", Role.SUBMIT, "secret-ann")
            + TestApi.token("olga", Role.OPERATE, "secret-olga")
            + TestApi.token("vic", Role.VIEW, "secret-vic"));
    try (TestApi api = TestApi.withTokens(folder, tokens)) {
      draw(api, "ann", 5);
      draw(api, "bob", 7);

      assertThat(usage(api, "secret-ann").get("rows").findValuesAsText("key"))
          .containsExactly("ann");
      assertThat(usage(api, "secret-olga").get("rows").findValuesAsText("key"))
          .containsExactly("bob", "ann");
      assertThat(usage(api, "secret-olga").at("/rows/0/devices/0/useful").asDouble()).isEqualTo(7);
      assertThat(usage(api, "secret-vic").get("status").asInt()).isEqualTo(403);
    }
  }

  @Test
  void showsBudgets_asTheTokensFileHasThem() throws Exception {
    Path tokens = folder.resolve("tokens");
    Files.writeString(
        tokens,
        TestApi.token("ann", Role.SUBMIT, "secret-ann").strip()
            + " budget=10h/month over-budget=wait\n"
            + TestApi.token("bob", Role.SUBMIT, "secret-bob").strip()
            + " weight=2\n"
            + TestApi.token("olga", Role.OPERATE, "secret-olga"));
    try (TestApi api = TestApi.withTokens(folder, tokens)) {
      draw(api, "ann", 18_000);

      JsonNode everybody = usage(api, "secret-olga").get("budgets");
      assertThat(everybody.findValuesAsText("token")).containsExactly("ann", "bob");
      assertThat(everybody.at("/0/budget").asText()).isEqualTo("10h/month");
      assertThat(everybody.at("/0/overBudget").asText()).isEqualTo("wait");
      assertThat(everybody.at("/0/usedSeconds").asDouble()).isEqualTo(18_000);
      assertThat(everybody.at("/1/weight").asDouble()).isEqualTo(2);
      assertThat(usage(api, "secret-ann").get("budgets").findValuesAsText("token"))
          .containsExactly("ann");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"by=job", "since=yesterday", "since=2026-13-01", "until=2026-11-30"})
  void refusesAQueryThatMakesNoSense(String query) throws Exception {
    try (TestApi api = TestApi.open(folder)) {
      HttpResponse<String> response = api.get("/v1/usage?" + query);

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(TestApi.json(response).get("detail").asText())
          .contains(query.substring(0, query.indexOf('=')));
    }
  }
}
