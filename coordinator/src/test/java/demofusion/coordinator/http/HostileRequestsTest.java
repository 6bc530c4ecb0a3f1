package demofusion.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.WorkerView;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server says to those who mean it harm, or know no better; and that it goes on. */
@Timeout(60)
class HostileRequestsTest {
  private static final String POSTING =
      String.join(
          "\r\n",
          "POST /v1/jobs HTTP/1.1",
          "Host: localhost",
          "Content-Type: application/json",
          "");

  @RegisterExtension static final TestApi api = TestApi.open();

  private static void assertProblem(HttpResponse<String> response, int status) throws Exception {
    JsonNode problem = TestApi.json(response);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("type").asText()).isEqualTo("about:blank");
    assertThat(problem.get("detail").asText()).isNotEmpty().doesNotContain("\n", "Exception");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /web/, 404",
    "GET, /web/..%2fapplication.conf, 404",
    "GET, /web/%2e%2e/%2e%2e/reference.conf, 404",
    "GET, /web/nothing.js, 404",
    "POST, /, 405",
    "POST, /session, 415",
    "GET, /v1/jobs?limit=0, 400",
    "GET, /v1/jobs?limit=-1, 400",
    "GET, /v1/jobs?state=done&state=failed, 400",
    "GET, /v1/jobs?limit=99999, 400",
    "GET, /v1/jobs/nobody/zoom/0/..%2f..%2fimage, 404",
    "GET, /v1/jobs/nobody/zoom/99999999999/0_0, 404",
    "GET, /v1/jobs/..%2f..%2fetc/zoom, 404",
    "GET, /v1/jobs/nobody/tiles, 404",
    "GET, /v1/jobs/nobody/settings, 404",
    "GET, /v1, 404",
    "GET, /v2/jobs, 404",
    "GET, /v1/jobs/, 404",
    "GET, /v1//jobs, 404",
    "GET, /v1/jobs/a/b/c/d, 404",
    "PUT, /v1/jobs, 405",
    "DELETE, /v1/jobs, 405",
    "GET, /v1/workers/w/drain, 405",
    "PATCH, /v1/jobs/a, 405",
    "POST, /v1/jobs, 415",
    "POST, /v1/jobs/prune, 415",
    "GET, /v1/%2e%2e/%2e%2e/etc/passwd, 404",
    "POST, /health/live, 405",
    "POST, /v1/workers/nobody/drain, 404"
  })
  void refusesWhatItDoesNotKnow(String method, String path, int status) throws Exception {
    assertProblem(api.send(api.to(path).method(method, BodyPublishers.noBody())), status);
  }

  @Test
  void saysWhatIsAllowed() throws Exception {
    HttpResponse<String> options =
        api.send(api.to("/v1/jobs/a").method("OPTIONS", BodyPublishers.noBody()));

    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("Allow")).hasValue("GET, HEAD, DELETE, OPTIONS");
  }

  @Test
  void refusesABodyThatIsTooLarge_whetherOrNotItSaysSo() throws Exception {
    String large = "{\"prompt\":\"" + "x".repeat(3 << 20) + "\"}";

    try (RawClient declared = new RawClient(api.server.address());
        RawClient chunked = new RawClient(api.server.address())) {
      declared.say(POSTING + "Content-Length: 3145728\r\n\r\n{");
      assertThat(declared.hear())
          .startsWith("HTTP/1.1 413 ")
          .contains("the body must be at most 2097152 bytes; this one has 3145728");

      chunked.say(POSTING + "Transfer-Encoding: chunked\r\n\r\n");
      for (int n = 0; n < 3; n++) {
        chunked.say("c0000\r\n" + large.substring(0, 0xc0000) + "\r\n");
      }
      assertThat(chunked.hear()).startsWith("HTTP/1.1 413 ");
    }
    assertThat(api.jobs.heard).isEmpty();
  }

  @Test
  void refusesALargeBody_whereNoPictureIsExpected() throws Exception {
    String body = "{\"count\":1" + " ".repeat(HttpLimits.BODY_BYTES) + "}";

    assertProblem(api.post("/v1/jobs/prune", body), 413);
  }

  @Test
  void takesAPicture_upToTheLimit() throws Exception {
    byte[] jpeg = new byte[1_500_000];
    jpeg[0] = (byte) 0xff;
    jpeg[1] = (byte) 0xd8;
    jpeg[2] = (byte) 0xff;

    HttpResponse<String> response =
        api.post("/v1/jobs", Responses.text(Map.of("prompt", "a fox", "image", jpeg)));

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(api.jobs.nextHeard(Jobs.Submit.class).request().picture()).isEqualTo(jpeg);
  }

  @Test
  void refusesDepth_thatOnlyAnAttackHas() throws Exception {
    assertProblem(api.post("/v1/jobs", "{\"prompt\":" + "[".repeat(100_000)), 400);
    assertProblem(api.post("/v1/jobs", "{\"x\":" + "[".repeat(50) + "]".repeat(50) + "}"), 400);
  }

  @Test
  void passesOnWords_asTheyAre() throws Exception {
    String prompt =
        "<script>alert(1)</script>\u0000\r\n\"' ' OR 1=1 ${jndi:ldap://x} \ud83e\udd8a é";

    HttpResponse<String> response = api.post("/v1/jobs", Responses.text(Map.of("prompt", prompt)));

    assertThat(TestApi.json(response).get("prompt").asText()).isEqualTo(prompt);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(api.jobs.nextHeard(Jobs.Submit.class).request().spec().prompts().prompt())
        .isEqualTo(prompt);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET / HTTP/9.9                                            | 505
          GET /v1/jobs%zz HTTP/1.1\\r\\nHost: localhost             | 400
          BREW /v1/jobs HTTP/1.1\\r\\nHost: localhost               | 501
          GET /v1/jobs HTTP/1.1                                     | 400
          """)
  void answersWhatIsNoHttp_withAProblemToo(String head, int status) throws Exception {
    try (RawClient client = new RawClient(api.server.address())) {
      String answer = client.say(head.replace("\\r\\n", "\r\n") + "\r\n\r\n").hearAll();

      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      assertThat(answer).contains("Content-Type: application/problem+json");
      assertThat(answer).contains("\"status\":" + status);
    }
  }

  @Test
  void doesNotRepeatAToken_thatItCannotRead() throws Exception {
    try (RawClient client = new RawClient(api.server.address())) {
      String answer =
          client
              .say(
                  "GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: s3cr\u0001et\r\n\r\n")
              .hear();

      assertThat(answer).doesNotContain("s3cr");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, '', '', 200",
    "LOCALHOST:1234, '', '', 200",
    "127.0.0.1:80, '', '', 200",
    "[::1]:80, '', '', 200",
    "evil.example, '', '', 403",
    "localhost.evil.example, '', '', 403",
    "127.0.0.1.evil.example, '', '', 403",
    "localhost, http://localhost, '', 200",
    "localhost, http://evil.example, '', 403",
    "localhost, http://localhost:9999, '', 403",
    "localhost, null, '', 403",
    "localhost, '', same-origin, 200",
    "localhost, '', none, 200",
    "localhost, '', cross-site, 403",
    "localhost, '', same-site, 403"
  })
  void answersNoPagesOfOtherSites(String host, String origin, String site, int status)
      throws Exception {
    String headers =
        (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n")
            + (site.isEmpty() ? "" : "Sec-Fetch-Site: " + site + "\r\n");
    try (RawClient client = new RawClient(api.server.address())) {
      String answer =
          client.say("GET /v1/jobs HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n").hear();

      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      assertThat(answer).doesNotContain("Access-Control");
    }
  }

  @Test
  void answersOthers_whileManyConnectionsSayNothing_andClosesThoseInTheEnd() throws Exception {
    List<RawClient> idle = new ArrayList<>();
    for (int n = 0; n < 150; n++) {
      RawClient client = new RawClient(api.server.address());
      idle.add(n % 2 == 0 ? client : client.say("GET /v1/jobs HTTP/1.1\r\nHos"));
    }

    assertThat(api.get("/v1/jobs").statusCode()).isEqualTo(200);
    assertThat(api.get("/health/ready").statusCode()).isEqualTo(200);

    for (RawClient client : idle) {
      // It ends: the server does not wait for ever.
      client.awaitEnd();
      client.close();
    }
  }

  @Test
  void givesUp_onABodyThatNeverArrives() throws Exception {
    try (RawClient client = new RawClient(api.server.address())) {
      client.say(POSTING + "Content-Length: 100\r\n\r\n{");

      assertThat(client.hear()).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void saysThatTheFarmDoesNotAnswer() throws Exception {
    api.jobs.fallSilent();

    HttpResponse<String> jobs = api.get("/v1/jobs");
    HttpResponse<String> ready = api.get("/health/ready");

    assertProblem(jobs, 503);
    assertThat(jobs.headers().firstValue("Retry-After")).isPresent();
    assertProblem(ready, 503);
    assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesAKey_thatIsTooLong() throws Exception {
    HttpResponse<String> response =
        api.send(
            api.posting("/v1/jobs", "{\"prompt\":\"a fox\"}")
                .header("Idempotency-Key", "k".repeat(256)));

    assertProblem(response, 400);
  }

  @Test
  void sendsLists_packedForThoseWhoLikeThat() throws Exception {
    api.jobs.jobs.put("a", FakeJobs.job("a", "local", JobState.DONE, "a fox"));

    HttpResponse<InputStream> response =
        api.send(
            api.to("/v1/jobs").header("Accept-Encoding", "gzip"), BodyHandlers.ofInputStream());

    assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(TestApi.JSON.readTree(new GZIPInputStream(response.body())).get("jobs")).hasSize(1);
  }

  @Test
  void drainsAWorker_andLetsItBack() throws Exception {
    api.workers.workers.put("gpu 1/a", FakeWorkers.worker("gpu 1/a", WorkerView.State.READY, null));

    HttpResponse<String> drained = api.post("/v1/workers/gpu%201%2Fa/drain", "");
    HttpResponse<String> resumed = api.post("/v1/workers/gpu%201%2Fa/resume", "");
    JsonNode listed = TestApi.json(api.get("/v1/workers")).get("workers");

    assertThat(TestApi.json(drained).get("state").asText()).isEqualTo("draining");
    assertThat(TestApi.json(resumed).get("state").asText()).isEqualTo("ready");
    assertThat(listed).extracting(worker -> worker.get("name").asText()).contains("gpu 1/a");
    assertProblem(api.post("/v1/workers/nobody/drain", ""), 404);
  }
}
