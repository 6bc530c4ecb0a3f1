package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.job.Jobs;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests come in by the farm's own tokens, and see their own things only. */
class GuestDoorTest {
  @RegisterExtension static final RenderFixture fixture = RenderFixture.withTokens();

  private static String basic(String credentials) {
    byte[] bytes = credentials.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  private static HttpResponse<String> get(String path, String authorization) throws Exception {
    return fixture.api.send(fixture.api.to(path).header("Authorization", authorization));
  }

  @ParameterizedTest
  @CsvSource({
    "anna:anna-anna, 200",
    "anna:wrong, 401",
    "anna-anna, 200",
    "carl:carl:carl:, 200", // a user's name has no colon, a password may have several
    "carl:carl:, 401",
    "'', 401",
    ":, 401"
  })
  void takesATokenForAPassword(String credentials, int status) throws Exception {
    assertThat(get("/sdapi/v1/options", basic(credentials)).statusCode()).isEqualTo(status);
  }

  @Test
  void letsNobodyIn_byABrowserThatAnotherSiteMakesAsk() throws Exception {
    HttpResponse<String> response =
        fixture.api.send(
            fixture
                .api
                .posting("/sdapi/v1/interrupt", "")
                .header("Authorization", basic("anna:anna-anna"))
                .header("Origin", "https://evil.example"));

    assertThat(response.statusCode()).isEqualTo(403);
  }

  @Test
  void refusesInEachOnesWords_whoHasNoToken() throws Exception {
    HttpResponse<String> webUi = fixture.api.get("/sdapi/v1/samplers");
    HttpResponse<String> openAi = fixture.api.get("/v1/models");
    HttpResponse<String> nothing = fixture.api.get("/v1/images/nothing");

    assertThat(webUi.statusCode()).isEqualTo(401);
    assertThat(RenderFixture.json(webUi).get("detail").asText()).contains("token is required");
    assertThat(webUi.headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(openAi.statusCode()).isEqualTo(401);
    assertThat(nothing.statusCode()).isEqualTo(401);
    assertThat(RenderFixture.json(nothing).at("/error/code").asText()).isEqualTo("invalid_api_key");
    assertThat(RenderFixture.json(openAi).at("/error/code").asText()).isEqualTo("invalid_api_key");
  }

  @Test
  void drawsNothing_forWhoMayOnlyLook() throws Exception {
    HttpResponse<String> response =
        fixture.api.send(
            fixture
                .api
                .posting("/sdapi/v1/txt2img", "{\"prompt\":\"a\"}")
                .header("Authorization", basic("vera:vera-vera")));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(fixture.api.jobs.jobs).isEmpty();
  }

  @Test
  void answersAddresses_thatNeedNoToken_forAnHour() throws Exception {
    var answer =
        fixture.begin(
            fixture
                .api
                .posting("/v1/images/generations", "{\"prompt\":\"a\"}")
                .header("X-Forwarded-Proto", "https,http")
                .header("X-Forwarded-Host", "pics.example.org, 10.0.0.1:80")
                .header("X-Forwarded-Prefix", "/render")
                .header("Authorization", "Bearer anna-anna"));
    fixture.draw();

    String url = RenderFixture.json(answer.get()).at("/data/0/url").asText();
    String site = "https://pics.example.org/render";
    assertThat(url).startsWith(site + "/v1/pictures/job-1.png?expires=");
    String path = url.substring(site.length());
    HttpResponse<String> bare = fixture.api.get(path);
    HttpResponse<String> head =
        fixture.api.send(fixture.api.to(path).method("HEAD", BodyPublishers.noBody()));
    HttpResponse<String> part = fixture.api.send(fixture.api.to(path).header("Range", "bytes=1-3"));
    HttpResponse<String> another = fixture.api.get(path.replace("job-1", "job-2"));
    HttpResponse<String> unsigned = fixture.api.get("/v1/pictures/job-1.png");
    RenderFixture.CLOCK.move(Duration.ofMinutes(61));
    HttpResponse<String> late = fixture.api.get(path);
    RenderFixture.CLOCK.move(Duration.ZERO);

    assertThat(bare.statusCode()).isEqualTo(200);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("PNG");
    assertThat(another.statusCode()).isEqualTo(403);
    assertThat(unsigned.statusCode()).isEqualTo(403);
    assertThat(late.statusCode()).isEqualTo(403);
    assertThat(late.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(RenderFixture.json(late).get("detail").asText()).contains("was valid until");
  }

  @Test
  void neitherShowsNorStops_whatAnotherAskedFor() throws Exception {
    fixture.ask(
        fixture
            .api
            .posting("/sdapi/v1/txt2img", "{\"prompt\":\"a\"}")
            .header("Authorization", basic("anna:anna-anna")));
    fixture.nextRequestOfOne();

    String progress = get("/sdapi/v1/progress", basic("bert:bert-bert")).body();
    fixture.api.send(
        fixture
            .api
            .posting("/sdapi/v1/interrupt", "")
            .header("Authorization", basic("bert:bert-bert")));

    assertThat(progress).contains("\"job_count\":0");
    assertThat(fixture.api.jobs.heard).noneMatch(Jobs.Cancel.class::isInstance);
  }

  /** Not even where the caller may operate the farm. */
  @Test
  void neitherShowsNorStops_whatTheCallerAskedForElsewhere() throws Exception {
    String bert = basic("bert:bert-bert");
    fixture.api.send(
        fixture.api.posting("/v1/jobs", "{\"prompt\":\"a\"}").header("Authorization", bert));
    String progress = get("/sdapi/v1/progress", bert).body();
    for (String stop : List.of("interrupt", "skip")) {
      fixture.api.send(fixture.api.posting("/sdapi/v1/" + stop, "").header("Authorization", bert));
    }

    assertThat(progress).contains("\"job_count\":0", "\"demofusion_jobs\":[]");
    assertThat(fixture.api.jobs.heard)
        .anyMatch(Jobs.Submit.class::isInstance)
        .noneMatch(Jobs.Cancel.class::isInstance);
  }
}
