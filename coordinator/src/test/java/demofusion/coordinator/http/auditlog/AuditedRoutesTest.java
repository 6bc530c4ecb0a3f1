package demofusion.coordinator.http.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.auditlog.AuditLogQuery;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.FakeWorkers;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.http.auth.PictureLinks;
import demofusion.coordinator.http.compat.RenderFixture;
import demofusion.coordinator.http.compat.StableDiffusionApi;
import demofusion.coordinator.http.compat.openai.OpenAiApi;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What each route leaves in the audit log. */
class AuditedRoutesTest {
  private static final String ANNA = "anna-anna";
  private static final String BERT = "bert-bert";
  private static final String HASH = "0".repeat(64);

  @RegisterExtension static final RenderFixture fixture = RenderFixture.withTokens();

  private final TestApi api = fixture.api;
  private long before;

  @BeforeEach
  void remember() throws IOException {
    before = entries().stream().mapToLong(AuditLogEntry::number).max().orElse(0);
    api.jobs.jobs.put("a", FakeJobs.job("a", "anna", JobState.RUNNING, "a fox"));
    api.workers.workers.put("w", FakeWorkers.worker("w", WorkerView.State.READY, null));
  }

  private List<AuditLogEntry> entries() throws IOException {
    return api.auditLog.page(new AuditLogQuery(null, null, null, null, 1000)).entries();
  }

  private List<AuditLogEntry> newEntries() throws IOException {
    return entries().stream().filter(entry -> entry.number() > before).toList();
  }

  private AuditLogEntry onlyNewEntry() throws IOException {
    List<AuditLogEntry> entries = newEntries();
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }

  private static List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>(fixture.api.endpoints());
    endpoints.addAll(new StableDiffusionApi().endpoints(fixture.api.context()));
    endpoints.addAll(
        new OpenAiApi(PictureLinks.ofThisRun(RenderFixture.CLOCK))
            .endpoints(fixture.api.context()));
    return endpoints;
  }

  private static String path(Endpoint endpoint) {
    return endpoint
        .path()
        .text()
        .replace("{id}", "a")
        .replace("{name}", "w")
        .replace("{hash}", HASH)
        .replace("{model}", "sdxl")
        .replace("{phase}", "1")
        .replace("{file}", "app.js")
        .replace("{level}", "0")
        .replace("{tile}", "0_0");
  }

  private static HttpRequest.Builder as(String secret, HttpRequest.Builder request) {
    return request.header("Authorization", "Bearer " + secret);
  }

  /** A body that every route refuses which reads one. */
  private HttpRequest.Builder asking(Endpoint endpoint) {
    boolean isSafe = endpoint.method().isSafe();
    HttpRequest.Builder request = api.to(path(endpoint));
    return isSafe
        ? request.method(endpoint.method().name(), BodyPublishers.noBody())
        : request
            .header("Content-Type", "application/json")
            .method(endpoint.method().name(), BodyPublishers.ofString("[]"));
  }

  @Test
  void everyRouteThatMayChangeSomething_saysWhat_orThatItDoesNot() {
    for (Endpoint endpoint : endpoints()) {
      assertThat(endpoint.recorded())
          .as("%s %s: say recordedAs or changingNothing", endpoint.method().name(), endpoint.path())
          .isNotEqualTo(AuditedAction.OTHER);
    }
    assertThat(endpoints())
        .filteredOn(each -> !each.method().isSafe() && each.recorded() == null)
        .extracting(each -> each.path().text())
        .containsExactlyInAnyOrder(
            "/v1/presets",
            "/sdapi/v1/png-info",
            "/controlnet/detect",
            "/sdapi/v1/refresh-checkpoints",
            "/sdapi/v1/refresh-loras",
            "/sdapi/v1/refresh-lycos",
            "/sdapi/v1/refresh-vae",
            "/sdapi/v1/unload-checkpoint",
            "/sdapi/v1/reload-checkpoint");
  }

  @Test
  void everySuchRouteLeavesExactlyOneLine_andNoOtherLeavesAny() throws Exception {
    for (Endpoint endpoint : endpoints()) {
      remember();
      String name = endpoint.method().name() + " " + endpoint.path();
      boolean isStream = name.endsWith("/events");
      if (isStream) {
        continue; // it does not end; a stream of events is read, and changes nothing
      }

      int status = api.send(as(BERT, asking(endpoint))).statusCode();

      AuditedAction action = endpoint.recorded();
      if (action == null) {
        assertThat(newEntries()).as(name).isEmpty();
        continue;
      }
      assertThat(newEntries()).as(name).hasSize(1);
      AuditLogEntry entry = newEntries().get(0);
      assertThat(entry.what()).as(name).isEqualTo(action);
      assertThat(entry.request()).isEqualTo(name);
      assertThat(entry.status()).as(name).isEqualTo(status);
      assertThat(entry.from()).isEqualTo("127.0.0.1");
      assertThat(entry.code() == null).as(name).isEqualTo(status < 400);
      if (endpoint.role() != null) {
        assertThat(entry.who()).as(name).isEqualTo("bert");
        assertThat(entry.role()).isEqualTo(Role.OPERATE);
      }
    }
  }

  @Test
  void everySuchRouteLeavesALine_whereItRefusesSomebodyUnknown() throws Exception {
    for (Endpoint endpoint : endpoints()) {
      if (endpoint.recorded() != null && endpoint.role() != null) {
        remember();

        api.send(as("nobody-knows-this", asking(endpoint)));

        AuditLogEntry entry = onlyNewEntry();
        assertThat(entry.who()).isNull();
        assertThat(entry.role()).isNull();
        assertThat(entry.status()).isEqualTo(401);
        assertThat(entry.code()).isEqualTo("UNAUTHORIZED");
      }
    }
  }

  @Test
  void saysWhichJob_whichWorker_whichModel() throws Exception {
    HttpResponse<String> submitted =
        api.send(as(ANNA, api.posting("/v1/jobs", "{\"prompt\": \"a fox\"}")));
    assertThat(submitted.statusCode()).isEqualTo(201);
    assertThat(onlyNewEntry().jobs()).containsExactly(TestApi.json(submitted).get("id").asText());
    assertThat(onlyNewEntry().who()).isEqualTo("anna");

    remember();
    api.send(as(ANNA, api.to("/v1/jobs/a").DELETE()));
    assertThat(onlyNewEntry().jobs()).containsExactly("a");

    remember();
    api.send(as(BERT, api.to("/v1/workers/w/drain").POST(BodyPublishers.noBody())));
    assertThat(onlyNewEntry().worker()).isEqualTo("w");
    assertThat(onlyNewEntry().status()).isEqualTo(200);

    remember();
    api.send(as(BERT, api.posting("/v1/model-settings/sdxl", "{}")));
    assertThat(onlyNewEntry().model()).isEqualTo("sdxl");

    remember();
    api.send(as(BERT, api.to("/v1/models/files/" + HASH).DELETE()));
    assertThat(onlyNewEntry().file()).isEqualTo(HASH);
    assertThat(onlyNewEntry().code()).isEqualTo("NOT_FOUND");

    remember();
    api.send(as(BERT, api.posting("/v1/jobs/prune?dryRun=true", "{\"count\": 3}")));
    assertThat(onlyNewEntry().detail()).startsWith("would remove ");
  }

  @Test
  void namesWhoeverMayNot() throws Exception {
    api.send(as(ANNA, api.to("/v1/workers/w/drain").POST(BodyPublishers.noBody())));

    assertThat(onlyNewEntry().who()).isEqualTo("anna");
    assertThat(onlyNewEntry().status()).isEqualTo(403);
    assertThat(onlyNewEntry().code()).isEqualTo("FORBIDDEN");
  }

  @Test
  void saysWhichJobs_otherProgramsClientsMade() throws Exception {
    for (String path : List.of("/sdapi/v1/txt2img", "/v1/images/generations")) {
      remember();
      var answer = fixture.begin(as(ANNA, api.posting(path, "{\"prompt\": \"a fox\"}")));
      String job = fixture.nextAwaited();
      // Nothing is drawn yet, and a coordinator that dies now has said who asked.
      assertThat(onlyNewEntry().status()).isEqualTo(202);
      fixture.end(job, JobState.DONE, "image.png");

      assertThat(answer.join().statusCode()).isEqualTo(200);
      assertThat(onlyNewEntry().what()).isEqualTo(AuditedAction.SUBMIT);
      assertThat(onlyNewEntry().jobs()).hasSize(1);
      assertThat(api.jobs.jobs).containsKey(onlyNewEntry().jobs().get(0));
      api.jobs.forget();
    }
  }

  @Test
  void leavesASecondLine_whereWhatWasAcceptedFails() throws Exception {
    var answer = fixture.begin(as(ANNA, api.posting("/sdapi/v1/txt2img", "{\"prompt\": \"a\"}")));
    fixture.end(JobState.FAILED);

    assertThat(answer.join().statusCode()).isEqualTo(500);
    assertThat(newEntries()).extracting(AuditLogEntry::status).containsExactly(500, 202);
    assertThat(newEntries().get(0).jobs()).isEqualTo(newEntries().get(1).jobs());
  }

  @Test
  void believesTheProxyOnThisMachine_whoseClientItIs() throws Exception {
    api.send(
        as(ANNA, api.to("/v1/jobs/a").DELETE()).header("X-Forwarded-For", "6.6.6.6, 203.0.113.7"));

    assertThat(onlyNewEntry().from()).isEqualTo("203.0.113.7");
    assertThat(onlyNewEntry().via()).isEqualTo("127.0.0.1");
  }

  @Test
  void saysWhoSignedIn() throws Exception {
    api.send(signingIn(ANNA));
    assertThat(onlyNewEntry().what()).isEqualTo(AuditedAction.SIGN_IN);
    assertThat(onlyNewEntry().who()).isEqualTo("anna");

    remember();
    api.send(signingIn("wrong"));
    assertThat(onlyNewEntry().who()).isNull();
    assertThat(onlyNewEntry().status()).isEqualTo(401);
  }

  private HttpRequest.Builder signingIn(String secret) {
    return api.to("/session")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(
            BodyPublishers.ofString("token=" + URLEncoder.encode(secret, StandardCharsets.UTF_8)));
  }

  @Test
  void neverHoldsASecret() throws Exception {
    String webhook = "https://hooks.example/T000/webhook-secret";
    api.send(
        as(
            ANNA,
            api.posting(
                "/v1/jobs", "{\"prompt\": \"prompt-secret\", \"webhook\": \"" + webhook + "\"}")));
    api.send(as(ANNA, api.posting("/v1/jobs?secret=query-secret", "{\"body-secret\": 1}")));
    api.send(as("unknown-secret", api.posting("/v1/jobs", "{}")).header("X-Key", "header-secret"));
    String basic =
        Base64.getEncoder().encodeToString("carl:basic-secret".getBytes(StandardCharsets.UTF_8));
    api.send(api.posting("/sdapi/v1/interrupt", "{}").header("Authorization", "Basic " + basic));
    HttpResponse<String> session = api.send(signingIn(ANNA));
    String cookie = session.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    api.send(
        api.to("/session").header("Cookie", cookie).header("Origin", api.server.url()).DELETE());
    api.send(signingIn("form-secret"));

    assertThat(newEntries()).hasSize(7);
    String all = files();
    assertThat(all).contains("anna", "sign-out");
    for (String secret :
        List.of(
            ANNA,
            BERT,
            "webhook-secret",
            "prompt-secret",
            "query-secret",
            "body-secret",
            "unknown-secret",
            "header-secret",
            "basic-secret",
            basic,
            "form-secret",
            cookie.substring(cookie.indexOf('=') + 1))) {
      assertThat(all).doesNotContain(secret);
    }
  }

  private String files() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(api.auditLog.beside("jsonl").getParent())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.getFileName().toString().startsWith("audit.")) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString();
  }
}
