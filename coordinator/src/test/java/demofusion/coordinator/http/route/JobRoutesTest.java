package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.FailureCode;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Retention;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobRoutesTest {
  @RegisterExtension static final TestApi api = TestApi.open();

  @Test
  void waitsWithAJob_whileTheFirstWorkerLoadsItsModel() throws Exception {
    api.jobs.expectModel(2);

    assertThat(api.post("/v1/jobs", "{\"prompt\":\"a fox\"}").statusCode()).isEqualTo(201);
    assertThat(api.jobs.jobs).hasSize(1);
  }

  @Test
  void saysWhatItWaitsFor_whenLoadingTakesLong() throws Exception {
    api.jobs.expectModel(Integer.MAX_VALUE);

    HttpResponse<String> answer = api.post("/v1/jobs", "{\"prompt\":\"a fox\"}");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("the first worker is still loading its model");
    assertThat(api.jobs.jobs).isEmpty();
  }

  @Test
  void saysWhereTheJobIs_asTheProxyShowsIt() throws Exception {
    HttpResponse<String> response =
        api.send(
            api.posting("/v1/jobs", "{\"prompt\":\"a fox\"}")
                .header("X-Forwarded-Prefix", "/render/"));

    assertThat(response.headers().firstValue("Location")).hasValue("/render/v1/jobs/job-1");
  }

  @Test
  void takesUpTheTraceOfARequest_ifItIsWellFormedAndOne() throws Exception {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    assertThat(traceOf(trace)).hasToString(trace);
    assertThat(traceOf()).isNull();
    assertThat(traceOf("not-a-trace")).isNull();
    assertThat(traceOf(trace, trace)).isNull();
  }

  private static @Nullable TraceParent traceOf(String... headers) throws Exception {
    HttpRequest.Builder request = api.posting("/v1/jobs", "{\"prompt\":\"a fox\"}");
    for (String header : headers) {
      request.header("traceparent", header);
    }
    assertThat(api.send(request).statusCode()).isEqualTo(201);
    return api.jobs.trace;
  }

  @Test
  void acceptsAPicture() throws Exception {
    HttpResponse<String> response =
        api.post("/v1/jobs", "{\"prompt\":\"a fox\",\"steps\":30,\"seed\":7,\"priority\":2}");

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.headers().firstValue("Location")).hasValue("/v1/jobs/job-1");
    assertThat(TestApi.json(response).get("id").asText()).isEqualTo("job-1");
    Jobs.Submit submit = api.jobs.nextHeard(Jobs.Submit.class);
    assertThat(submit.owner()).isEqualTo(JobView.LOCAL);
    assertThat(submit.request().spec().steps()).isEqualTo(30);
    assertThat(submit.request().spec().seed()).isEqualTo(7);
    assertThat(submit.request().priority()).isEqualTo(2);
    assertThat(submit.idempotencyKey()).isNull();
  }

  @Test
  void drawsASeed_whenNoneIsGiven() throws Exception {
    api.post("/v1/jobs", "{\"prompt\":\"a fox\"}");
    api.post("/v1/jobs", "{\"prompt\":\"a fox\"}");

    long first = api.jobs.nextHeard(Jobs.Submit.class).request().spec().seed();
    long second = api.jobs.nextHeard(Jobs.Submit.class).request().spec().seed();
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void answersWithTheSameJob_whenTheKeyIsSeenAgain() throws Exception {
    String body = "{\"prompt\":\"a fox\"}";

    HttpResponse<String> first =
        api.send(api.posting("/v1/jobs", body).header("Idempotency-Key", "k1"));
    HttpResponse<String> again =
        api.send(api.posting("/v1/jobs", body).header("Idempotency-Key", "k1"));

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Location")).hasValue("/v1/jobs/key-k1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                              | prompt is missing
          {"prompt":null}                 | prompt is missing: enter a prompt
          {"prompt":7}                    | prompt 7 must be a text
          {"prompt":"a","steps":"7"}      | steps "7" must be a whole number between -2147483648 and 2147483647
          {"prompt":"a","steps":7.5}      | steps 7.5 must be a whole number between -2147483648 and 2147483647
          {"prompt":"a","steps":1e99}     | steps 1e99 must be a whole number between -2147483648 and 2147483647
          {"prompt":"a","steps":99999999999999999999} | steps 99999999999999999999 must be a whole number between -2147483648 and 2147483647
          {"prompt":"a","jitter":"yes"}   | jitter "yes" must be true or false
          {"prompt":"a","jitter":1}       | jitter 1 must be true or false
          {"prompt":"a","sigma":[1]}      | sigma must be a number
          {"prompt":"a","image":"#"}      | image must be base64
          {"prompt":"a","sigma":NaN}      | the body is not valid JSON at line 1, column 26: Non-standard token 'NaN'
          {"prompt":"a","prompt":"b"}     | the body is not valid JSON at line 1, column 23: Duplicate field 'prompt'
          {"prompt":"a"                   | the body is not valid JSON at line 1, column 14: Unexpected end-of-input
          []                              | the body must be one JSON object
          "a fox"                         | the body must be one JSON object
          null                            | the body must be one JSON object
          {"prompt":"a"} {}               | the body must be one JSON object
          {"prompt":"a","steps":0}        | steps 0 must be between 1 and 1000
          {"prompt":"a","guidanceScale":1e999} | guidance scale Infinity must be between 0 and 1000
          """)
  void saysWhatIsWrongWithABody(String body, String sentence) throws Exception {
    HttpResponse<String> response = api.post("/v1/jobs", body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestApi.json(response).get("detail").asText()).startsWith(sentence);
    assertThat(TestApi.json(response).get("code").asText()).isEqualTo("BAD_REQUEST");
    assertThat(api.jobs.heard).isEmpty();
  }

  @Test
  void namesWhatIsKnown_whenANameIsNot() throws Exception {
    HttpResponse<String> response = api.post("/v1/jobs", "{\"prompt\":\"a\",\"colour\":1}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestApi.json(response).get("detail").asText())
        .startsWith(
            "unknown field \"colour\"; known fields are clipSkip, controlnets, cosineScale1, ");
  }

  @ParameterizedTest
  @CsvSource({
    "BAD_REQUEST, 422",
    "BAD_MODEL, 422",
    "CONFLICT, 409",
    "TOO_MUCH, 429",
    "STORAGE, 503",
    "DISK_FULL, 503",
    "INTERNAL, 500"
  })
  void hasAStatusForEveryRefusal(FailureCode code, int status) throws Exception {
    api.jobs.refuse(code, "it has 7, and may have 5");

    HttpResponse<String> response = api.post("/v1/jobs", "{\"prompt\":\"a fox\"}");

    JsonNode problem = TestApi.json(response);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("detail").asText()).isEqualTo("it has 7, and may have 5");
    assertThat(problem.get("code").asText()).isEqualTo(code.name());
    assertThat(response.headers().firstValue("Retry-After").isPresent())
        .isEqualTo(status == 429 || status == 503);
  }

  @Test
  void listsJobs_ofOneStateOrAll() throws Exception {
    api.jobs.jobs.put("a", FakeJobs.job("a", "local", JobState.RUNNING, "x"));
    api.jobs.jobs.put("b", FakeJobs.job("b", "local", JobState.DONE, "x"));

    JsonNode all = TestApi.json(api.get("/v1/jobs")).get("jobs");
    JsonNode running = TestApi.json(api.get("/v1/jobs?state=running")).get("jobs");
    HttpResponse<String> unknown = api.get("/v1/jobs?state=asleep");
    HttpResponse<String> misspelt = api.get("/v1/jobs?sate=running");

    assertThat(all).hasSize(2);
    assertThat(running).hasSize(1);
    assertThat(running.get(0).get("id").asText()).isEqualTo("a");
    assertThat(TestApi.json(unknown).get("detail").asText())
        .isEqualTo(
            "state \"asleep\" must be one of [queued, running, paused, done, failed, cancelled]");
    assertThat(misspelt.statusCode()).isEqualTo(400);
  }

  @Test
  void showsAJob_withItsNamesAndInstants() throws Exception {
    api.jobs.jobs.put("a", FakeJobs.fullJob("a", "local"));

    JsonNode job = TestApi.json(api.get("/v1/jobs/a"));

    assertThat(job.get("submittedAt").asText()).isEqualTo("2026-11-23T12:00:00Z");
    assertThat(job.get("state").asText()).isEqualTo("paused");
    assertThat(job.get("progress").get("fraction").asDouble()).isEqualTo(0.25);
    assertThat(ApiJson.lenient().treeToValue(job, JobView.class))
        .isEqualTo(FakeJobs.fullJob("a", "local"));
  }

  @Test
  void cancelsAndRetries() throws Exception {
    api.jobs.jobs.put("a", FakeJobs.job("a", "local", JobState.RUNNING, "x"));

    HttpResponse<String> cancelled = api.delete("/v1/jobs/a");
    HttpResponse<String> retried = api.post("/v1/jobs/a/retry", "");

    assertThat(TestApi.json(cancelled).get("state").asText()).isEqualTo("cancelled");
    assertThat(TestApi.json(retried).get("state").asText()).isEqualTo("queued");
  }

  @Test
  void refusesToCancel_whatIsOver() throws Exception {
    api.jobs.jobs.put("a", FakeJobs.job("a", "local", JobState.DONE, "x"));
    api.jobs.refuse(FailureCode.CONFLICT, "job a is done; there is nothing to cancel");

    HttpResponse<String> response = api.delete("/v1/jobs/a");

    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(TestApi.json(response).get("detail").asText())
        .isEqualTo("job a is done; there is nothing to cancel");
  }

  @ParameterizedTest
  @CsvSource({
    "nobody",
    "..%2F..%2Fetc%2Fpasswd",
    "%2e%2e",
    "a%00b",
    "%3Cscript%3E",
    "a%0d%0ab",
    "-a",
    "é"
  })
  void hasNoSuchJob(String id) throws Exception {
    for (String path : new String[] {"", "/events", "/image", "/previews/1", "/latents/1"}) {
      HttpResponse<String> response = api.get("/v1/jobs/" + id.replace("é", "%C3%A9") + path);

      assertThat(response.statusCode()).as(id + path).isEqualTo(404);
      assertThat(TestApi.json(response).get("code").asText()).isEqualTo("NOT_FOUND");
    }
  }

  @Test
  void prunes_andSaysWhat() throws Exception {
    HttpResponse<String> response =
        api.post("/v1/jobs/prune?dryRun=true", "{\"age\":\"P30D\",\"count\":100}");

    Jobs.Prune prune = api.jobs.nextHeard(Jobs.Prune.class);
    assertThat(prune.dryRun()).isTrue();
    assertThat(prune.retention()).isEqualTo(new Retention(Duration.ofDays(30), 100, null));
    assertThat(response.body()).isEqualTo("{\"jobs\":[\"old-1\",\"old-2\"],\"bytes\":12345}");
  }

  @Test
  void removesNoCopies_whereThereAreNoOthers() throws Exception {
    HttpResponse<String> response = api.post("/v1/jobs/prune?copies=true", "{\"age\":\"P7D\"}");

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(TestApi.json(response).get("detail").asText())
        .startsWith("this coordinator has the only copies of its images");
    assertThat(api.jobs.heard).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ?dryrun=true | {"count":1}       | unknown query parameter "dryrun"; known parameters are dryRun, copies
          ?copies=true | {"count":1}       | copies go by their age alone: give it, and neither count nor bytes
          ?dryRun=yes  | {"count":1}       | dryRun "yes" must be true or false
          ``           | {}                | no rule given: give age, count or bytes of the jobs to keep
          ``           | {"count":-1}      | count -1 must be at least 0
          ``           | {"age":"-P1D"}    | age PT-24H must be at least PT0S
          ``           | {"age":"1 month"} | age "1 month" must be a duration, for example P30D or PT12H
          """)
  void removesNothing_whenItIsNotClearWhat(String query, String body, String sentence)
      throws Exception {
    HttpResponse<String> response = api.post("/v1/jobs/prune" + query, body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestApi.json(response).get("detail").asText()).isEqualTo(sentence);
    assertThat(api.jobs.heard).isEmpty();
  }

  @Test
  void givesTheListInPages_ofThoseThatAreSearchedFor() throws Exception {
    for (String id : new String[] {"5", "4", "3", "2", "1"}) {
      String prompt = id.equals("3") ? "a hound" : "a Red FOX <b>";
      api.jobs.jobs.put(id, FakeJobs.job(id, "local", JobState.DONE, prompt));
    }

    HttpResponse<String> first = api.get("/v1/jobs?q=red%20fox&limit=3");
    String next = TestApi.json(first).get("next").asText();
    HttpResponse<String> second = api.get("/v1/jobs?q=red%20fox&limit=3&before=" + next);

    assertThat(TestApi.json(first).get("jobs").findValuesAsText("id")).hasSize(3);
    assertThat(TestApi.json(second).get("jobs").findValuesAsText("id")).hasSize(1);
    assertThat(TestApi.json(second).has("next")).isFalse();
    assertThat(api.get("/v1/jobs?q=nothing").body()).isEqualTo("{\"jobs\":[]}");
    assertThat(api.get("/v1/jobs?q=" + "a".repeat(501)).statusCode()).isEqualTo(400);
  }
}
