package demofusion.coordinator.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.FakeWorkers;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.WorkerView;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what: each token's secret is its role's name and its owner's. */
class AuthenticatorTest {
  @TempDir static Path folder;
  private static TestApi api;

  @BeforeAll
  static void start() throws Exception {
    StringBuilder tokens = new StringBuilder();
    for (Role role : Role.values()) {
      for (String name : new String[] {"anna", "bert"}) {
        tokens.append(TokenLine.of(name, role, name + "-" + role)).append('\n');
      }
    }
    api = TestApi.withTokens(folder, Files.writeString(folder.resolve("tokens"), tokens));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void fill() {
    api.jobs.forget();
    api.jobs.jobs.put("a", FakeJobs.job("a", "anna", JobState.RUNNING, "a fox"));
    api.jobs.jobs.put("b", FakeJobs.job("b", "bert", JobState.RUNNING, "a fox"));
    api.workers.workers.put("w", FakeWorkers.worker("w", WorkerView.State.READY, null));
  }

  private static HttpResponse<String> ask(String method, String path, String secret)
      throws Exception {
    return api.send(
        api.to(path)
            // Whoever gets another's events would wait for their end.
            .timeout(Duration.ofSeconds(10))
            .method(method, BodyPublishers.noBody())
            .header("Authorization", "Bearer " + secret));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void letsARoleDoWhatItMay_andNothingElse(Role role) throws Exception {
    for (Endpoint endpoint : api.endpoints()) {
      String path =
          endpoint
              .path()
              .text()
              .replace("{id}", "b")
              .replace("{name}", "w")
              .replace("{model}", "toy")
              .replace("{hash}", "0".repeat(64))
              .replace("{phase}", "1")
              .replace("{file}", "app.js")
              .replace("{level}", "0")
              .replace("{tile}", "0_0")
              // It would not end.
              .replace("/events", "/image");

      HttpResponse<String> response = ask(endpoint.method().name(), path, "bert-" + role);

      Role needed = endpoint.path().text().equals("/") ? Role.VIEW : endpoint.role();
      boolean isAllowed = needed == null || allows(role, needed);
      assertThat(response.statusCode() != 403)
          .as(role + " " + endpoint.path())
          .isEqualTo(isAllowed);
      assertThat(response.statusCode()).isNotIn(401, 500);
      if (!isAllowed) {
        assertThat(TestApi.json(response).get("detail").asText())
            .isEqualTo(
                "this requires a token with the role "
                    + String.valueOf(needed).toLowerCase(Locale.ROOT)
                    + "; bert's has "
                    + role);
      }
    }
  }

  /** A ladder of three, and beside it the workers' role. */
  private static boolean allows(Role role, Role needed) {
    return role == needed
        || (role == Role.SUBMIT && needed == Role.VIEW)
        || (role == Role.OPERATE && needed != Role.WORK);
  }

  @Test
  void signsNoWorkerIn() throws Exception {
    HttpResponse<String> response =
        api.send(
            api.to("/session")
                .POST(BodyPublishers.ofString("token=bert-work"))
                .header("Content-Type", "application/x-www-form-urlencoded"));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(TestApi.json(response).get("detail").asText())
        .isEqualTo("this requires a token with the role view; bert's has work");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/jobs/a", "GET, /v1/jobs/a/events", "GET, /v1/jobs/a/image",
    "GET, /v1/jobs/a/previews/1", "GET, /v1/jobs/a/latents/1", "DELETE, /v1/jobs/a",
    "POST, /v1/jobs/a/retry"
  })
  void hasNothingOfOtherPeoples(String method, String path) throws Exception {
    HttpResponse<String> foreign = ask(method, path, "bert-submit");
    HttpResponse<String> absent = ask(method, path.replace("/a", "/nobody"), "bert-submit");

    assertThat(foreign.statusCode()).isEqualTo(404);
    assertThat(foreign.body()).isEqualTo(absent.body().replace("nobody", "a"));
    assertThat(api.jobs.heard).noneMatch(Jobs.Cancel.class::isInstance);
    assertThat(api.jobs.heard).noneMatch(Jobs.Retry.class::isInstance);
  }

  @Test
  void listsOnesOwnJobs_orAllForThoseWhoOperate() throws Exception {
    assertThat(TestApi.json(ask("GET", "/v1/jobs", "bert-view")).get("jobs")).hasSize(1);
    assertThat(TestApi.json(ask("GET", "/v1/jobs", "bert-operate")).get("jobs")).hasSize(2);
    assertThat(ask("GET", "/v1/jobs/a", "bert-operate").statusCode()).isEqualTo(200);
  }

  @Test
  void submitsInTheNameOfTheToken() throws Exception {
    api.send(
        api.posting("/v1/jobs", "{\"prompt\":\"a fox\"}")
            .header("Authorization", "bearer anna-submit"));

    assertThat(api.jobs.nextHeard(Jobs.Submit.class).owner()).isEqualTo("anna");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing",
    "GET, /v1/jobs/",
    "OPTIONS, /v1/jobs",
    "OPTIONS, /",
    "TRACE, /v1/jobs",
    "PUT, /v1/jobs",
    "POST, /",
    "GET, /favicon.ico",
    "GET, /sdapi/v1/nothing"
  })
  void doesNotEvenSayWhatThereIs_toThoseWithoutAToken(String method, String path) throws Exception {
    HttpResponse<String> stranger = api.send(api.to(path).method(method, BodyPublishers.noBody()));
    HttpResponse<String> guest = ask(method, path, "bert-view");

    assertThat(stranger.statusCode()).isEqualTo(401);
    assertThat(stranger.headers().firstValue("Allow")).isEmpty();
    assertThat(guest.statusCode()).isIn(204, 404, 405);
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer nobody's",
    "Bearer",
    "Basic YW5uYTphbm5h",
    "anna-submit",
    "'Bearer anna-submit x'"
  })
  void refusesWhatIsNoToken(String header) throws Exception {
    HttpResponse<String> response = api.send(api.to("/v1/jobs").header("Authorization", header));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate"))
        .hasValue("Bearer realm=\"demofusion\"");
    assertThat(TestApi.json(response).get("code").asText()).isEqualTo("UNAUTHORIZED");
    assertThat(response.body()).doesNotContain("anna");
  }

  @Test
  void asksForAToken_beforeItReadsABody() throws Exception {
    HttpResponse<String> response = api.post("/v1/jobs", "{\"prompt\":");

    assertThat(response.statusCode()).isEqualTo(401);
  }

  @Test
  void asksForNone_whoOnlyWantsToKnowWhetherItLives() throws Exception {
    assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(api.get("/health/ready").statusCode()).isEqualTo(200);
  }
}
