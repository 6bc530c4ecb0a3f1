package demofusion.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.route.DocumentRoutes;
import demofusion.coordinator.http.route.HealthRoutes;
import demofusion.coordinator.http.route.LargerPicture;
import demofusion.coordinator.http.route.SessionRoutes;
import demofusion.coordinator.http.route.ZoomRoutes;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobList;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.Problem;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.Retention;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.StoredFileList;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.TileMap.Kind;
import demofusion.protocol.api.TileMap.State;
import demofusion.protocol.api.TileMap.Tile;
import demofusion.protocol.api.UploadView;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditLogPage;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.usage.DeviceSeconds;
import demofusion.protocol.api.usage.OverBudget;
import demofusion.protocol.api.usage.TokenBudget;
import demofusion.protocol.api.usage.UsageBy;
import demofusion.protocol.api.usage.UsageReport;
import demofusion.protocol.api.usage.UsageRow;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The document and the server say the same. */
class OpenApiTest {
  private static final JsonNode DOCUMENT = document();
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

  @RegisterExtension static final TestApi api = TestApi.open();

  private static JsonNode document() {
    try (InputStream in = DocumentRoutes.class.getResourceAsStream(DocumentRoutes.RESOURCE)) {
      return TestApi.JSON.readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> documented() {
    Set<String> operations = new TreeSet<>();
    for (var path : DOCUMENT.get("paths").properties()) {
      for (var item : path.getValue().properties()) {
        if (METHODS.contains(item.getKey())) {
          operations.add(item.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    return operations;
  }

  @Test
  void isWhatTheEndpointsAndTheRecordsSay() {
    GeneratedCopy.check(
        DocumentRoutes.class, DocumentRoutes.RESOURCE, FarmDocument.make().of(api.endpoints()));
  }

  @Test
  void isMadeOfSchemas_asTheirStandardWantsThem() {
    JsonSchema standard =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaLocation.of(SchemaId.V202012));
    for (var schema : DOCUMENT.get("components").get("schemas").properties()) {
      assertThat(standard.validate(schema.getValue())).as(schema.getKey()).isEmpty();
    }
  }

  @Test
  void refersToNothing_thatIsNotThere() {
    for (String reference : DOCUMENT.findValuesAsText("$ref")) {
      assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  @Test
  void describesEveryRouteOfTheServer_andNoOther() {
    Set<String> served =
        api.endpoints().stream()
            .map(endpoint -> endpoint.method().name() + " " + endpoint.path())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented()).isEqualTo(served);
  }

  @Test
  void describesNothing_thatARealServerDoesNotAnswer() throws Exception {
    api.jobs.jobs.put("a", FakeJobs.job("a", "local", JobState.DONE, "a fox"));
    api.workers.workers.put("w", FakeWorkers.worker("w", WorkerView.State.READY, null));
    for (String operation : documented()) {
      String method = operation.substring(0, operation.indexOf(' '));
      String path =
          operation
              .substring(operation.indexOf(' ') + 1)
              .replace("{id}", "a")
              .replace("{name}", "w")
              .replace("{hash}", "0".repeat(64))
              .replace("{model}", "sdxl")
              .replace("{phase}", "1")
              .replace("{file}", "app.js")
              .replace("{level}", "0")
              .replace("{tile}", "0_0");

      HttpResponse<String> response =
          api.send(api.to(path).method(method, BodyPublishers.noBody()));

      assertThat(response.statusCode()).as(operation).isNotIn(405, 500, 501);
      if (response.statusCode() == 404) {
        assertThat(response.body())
            .as(operation)
            .containsAnyOf(
                "of job a, which is",
                "the store has no",
                "there is no upload",
                "people sign in with tokens here");
      }
    }
  }

  @Test
  void saysWhichRolesAreNeeded_asTheServerAsksForThem() {
    for (Endpoint endpoint : api.endpoints()) {
      JsonNode operation =
          DOCUMENT
              .get("paths")
              .get(endpoint.path().text())
              .get(endpoint.method().name().toLowerCase(Locale.ROOT));
      if (endpoint.role() == null) {
        assertThat(operation.get("security")).as(endpoint.path().text()).isEmpty();
      } else {
        assertThat(operation.get("summary").asText()).endsWith("Role: " + endpoint.role() + ".");
        assertThat(operation.get("responses").has("401")).isTrue();
      }
    }
  }

  /** A schema's name, and a value whose JSON it must describe. */
  record Example(String schema, Object value) {
    @Override
    public String toString() {
      return schema;
    }
  }

  static Stream<Example> examples() {
    RenderSpec spec = RenderSpec.of("a fox", 1);
    byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1};
    JobRequest request =
        new JobRequest(spec, "sdxl", true, 1, jpeg, 0.5, URI.create("https://example.org/done"));
    var job = FakeJobs.fullJob("a", "local");
    var plain = FakeJobs.job("b", "local", JobState.QUEUED, "<script>alert(1)</script>");
    var worker = FakeWorkers.worker("w", WorkerView.State.ASIDE, "it failed 3 times");
    String hash = "0123456789abcdef".repeat(4);
    var file =
        new StoredFile("art", "lora", hash, "0123456789ab", "Art v2", 12, Instant.EPOCH, false);
    var entry =
        new AuditLogEntry(
            3,
            Instant.EPOCH,
            AuditedAction.MODELS_REMOVE,
            "anna",
            Role.OPERATE,
            "203.0.113.7",
            "127.0.0.1",
            "DELETE /v1/models/files/{hash}",
            404,
            "NOT_FOUND",
            List.of("a"),
            "sdxl",
            "w",
            hash,
            "bert",
            "words");
    var seconds = new DeviceSeconds("NVIDIA H200", 4, 3, 2, 1, 3500.0);
    var used = new UsageRow("ann", 2, 1, 67.1, 1000, 12.5, List.of(seconds));
    return Stream.of(
        new Example("StoredFile", file),
        new Example("StoredFileList", new StoredFileList(List.of(file), 12, 1000)),
        new Example("NewStoredFile", new NewStoredFile("art", 12, hash)),
        new Example("StoredConfig", new StoredConfig(Map.of("unet/config.json", "{}"))),
        new Example(
            "Upload",
            new UploadView(hash, "art", 12, 12, UploadView.State.STORED, "it is there", file)),
        new Example("NewPicture", NewPicture.of(spec)),
        new Example("NewPicture", NewPicture.of(request)),
        new Example("Job", job),
        new Example("Job", plain),
        new Example("JobList", new JobList(List.of(job, plain))),
        new Example("JobList", new JobList(List.of(job, plain), new JobId("b"))),
        new Example(
            "TileMap",
            new TileMap(
                2,
                7,
                256,
                128,
                List.of(new Tile(Kind.LOCAL, 0, 64, 128, 64, State.RUNNING, "worker-1")))),
        new Example("Tile", new Tile(Kind.DILATED, 0, 0, 256, 128, State.DONE, null)),
        new Example(
            "LargerPicture",
            new LargerPicture("4096x4096", 2, true, 1, "https://example.org/done")),
        new Example("LargerPicture", new LargerPicture("4096x4096", null, null, null, null)),
        new Example("Zoom", new ZoomRoutes.Zoom(4096, 2048, 512, 4)),
        new Example("ZoomProgress", new ZoomRoutes.ZoomProgress(0.5)),
        new Example("Session", new SessionRoutes.Session("anna", Role.SUBMIT, true)),
        new Example("JobEvent", new JobEvent(JobEvent.Kind.PREVIEW, job, 2, null)),
        new Example("JobEvent", new JobEvent(JobEvent.Kind.WARNING, plain, null, "careful")),
        new Example("Retention", new Retention(Duration.ofDays(30), 100, 1L << 40)),
        new Example("Pruned", new Pruned(List.of(new JobId("a")), 12)),
        new Example("Worker", worker),
        new Example("WorkerList", new WorkerList(List.of(worker))),
        new Example("AuditLogEntry", entry),
        new Example("AuditLogPage", new AuditLogPage(List.of(entry), 3L)),
        new Example("AuditLogPage", new AuditLogPage(List.of(), null)),
        new Example("DeviceSeconds", seconds),
        new Example("UsageRow", used),
        new Example("UsageReport", new UsageReport(UsageBy.DAY, LocalDate.EPOCH, List.of(used))),
        new Example(
            "UsageReport",
            new UsageReport(UsageBy.TOKEN, null, List.of())
                .with(
                    List.of(
                        new TokenBudget("ann", 2, null, null, null, null, null, null),
                        new TokenBudget(
                            "bob",
                            1,
                            "1h/day",
                            OverBudget.WAIT,
                            3600.0,
                            1.0,
                            2.0,
                            LocalDate.EPOCH)))),
        new Example("Health", new HealthRoutes.Health("live")),
        new Example("Problem", Problem.of(413, "Content Too Large", "too large")));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void describesTheJsonOfEveryRecord(Example example) {
    Set<ValidationMessage> messages =
        schema(example.schema()).validate(json(example), InputFormat.JSON);

    assertThat(messages).as(json(example)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void knowsEveryNameOfARecord_andNoOther(Example example) {
    Set<String> documented = new TreeSet<>();
    DOCUMENT
        .get("components")
        .get("schemas")
        .get(example.schema())
        .get("properties")
        .fieldNames()
        .forEachRemaining(documented::add);

    assertThat(documented).isEqualTo(names(example.value()));
  }

  private static Set<String> names(Object value) {
    Stream<String> names =
        value instanceof NewPicture
            ? RequestFields.ALL.stream().map(Field::name)
            : Stream.of(value.getClass().getRecordComponents()).map(RecordComponent::getName);
    return names.collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void wouldNotice_aNameThatIsNotDescribed(Example example) {
    String json = json(example).replaceFirst("\\{", "{\"surprise\":1,");

    assertThat(schema(example.schema()).validate(json, InputFormat.JSON)).isNotEmpty();
  }

  private static String json(Example example) {
    return Responses.text(example.value());
  }

  private static JsonSchema schema(String name) {
    // The document itself is the schema's context, so that references into it are found.
    JsonNode root =
        TestApi.JSON
            .createObjectNode()
            .put("$ref", "#/components/schemas/" + name)
            .set("components", DOCUMENT.get("components"));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(root, SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
  }
}
