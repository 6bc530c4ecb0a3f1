package demofusion.deploy.farm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a test asks of a farm: pictures, and how they come along. */
final class FarmApi {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Whoever asks for one answer, and not again and again, wants it on a busy machine too. */
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI base;
  private final Path data;
  private final String token;

  FarmApi(URI base, Path data) {
    this(base, data, "");
  }

  /**
   * @param token empty: none is asked for
   */
  FarmApi(URI base, Path data, String token) {
    this.base = base;
    this.data = data;
    this.token = token;
  }

  private HttpRequest.Builder to(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  /** Submits a picture and gives its id. */
  String submit(Map<String, Object> picture) throws IOException, InterruptedException {
    return submit("/v1/jobs", picture);
  }

  /** Has a part of a job's image drawn anew, and gives the new job's id. */
  String repair(String job, Map<String, Object> picture) throws IOException, InterruptedException {
    return submit("/v1/jobs/" + job + "/repair", picture);
  }

  private String submit(String path, Map<String, Object> picture)
      throws IOException, InterruptedException {
    HttpResponse<String> response = post(path, picture);
    if (response.statusCode() != 201) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body()).get("id").asText();
  }

  /**
   * Submits a picture while the first worker loads its model: it is let in when that is there.
   *
   * @param worker which takes some seconds for it
   */
  String submitWhileLoading(Map<String, Object> picture, FarmNode worker) throws Exception {
    boolean wasLoaded;
    HttpResponse<String> answer;
    do {
      TimeUnit.MILLISECONDS.sleep(100); // until its first heartbeat there is nothing to wait for
      wasLoaded = worker.count("event=model-loaded") > 0;
      answer = post("/v1/jobs", picture);
    } while (answer.statusCode() == 503 && !wasLoaded);
    if (answer.statusCode() != 201 || wasLoaded) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body()).get("id").asText();
  }

  private HttpResponse<String> post(String path, Map<String, Object> picture)
      throws IOException, InterruptedException {
    HttpRequest request =
        to(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(picture)))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  /** Readmits a worker that was quarantined or drained. */
  void readmit(String worker) throws IOException, InterruptedException {
    change(worker, "resume");
  }

  /** Pauses, unpauses or drains a worker. */
  void change(String worker, String how) throws IOException, InterruptedException {
    HttpRequest request =
        to("/v1/workers/" + worker + "/" + how).POST(BodyPublishers.noBody()).build();
    var response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
  }

  /** Where a job's files are. */
  Path folder(String job) {
    return data.resolve("renders").resolve(job);
  }

  /** Missing while the coordinator is away. */
  JsonNode get(String path) {
    try {
      HttpRequest request = to(path).timeout(ANSWER).build();
      return JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      return JSON.missingNode();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonNode await(String job, String what, Predicate<JsonNode> condition) {
    Await.until(
        job + " " + what,
        PATIENCE,
        () -> condition.test(get("/v1/jobs/" + job)),
        () -> get("/v1/jobs/" + job).toString());
    return get("/v1/jobs/" + job);
  }

  /** Until a phase is in the middle of its work. */
  void awaitPhase(String job, int phase) {
    await(
        job,
        "is in phase " + phase,
        view ->
            view.at("/progress/phase").asInt() > phase
                || (view.at("/progress/phase").asInt() == phase
                    && view.at("/progress/timestep").asInt() > 1));
  }

  /** The SHA-256 of everything that the job was for: its picture, and each phase's latents. */
  Map<String, String> awaitBits(String job) throws IOException {
    JsonNode view = await(job, "is over", each -> isOver(each.path("state").asText()));
    if (!view.path("state").asText().equals("done")) {
      throw new AssertionError(view.toString());
    }
    return bits(folder(job));
  }

  /** Until a worker has a batch in hand; false if the job is over before. */
  boolean awaitBatch(String job, String worker) {
    AtomicBoolean has = new AtomicBoolean();
    Await.until(
        worker + " has a batch in flight, or " + job + " is over",
        PATIENCE,
        () -> {
          has.set(worker(worker).path("inHand").asInt() > 0);
          return has.get() || isOver(get("/v1/jobs/" + job).path("state").asText());
        },
        () -> get("/v1/workers").toString());
    return has.get();
  }

  /** Timesteps that are over, of pictures whose phases all have as many. */
  int timestepsDone(String job, int stepsOfAPhase) {
    JsonNode progress = get("/v1/jobs/" + job).path("progress");
    return (progress.path("phase").asInt() - 1) * stepsOfAPhase
        + progress.path("timestep").asInt()
        - 1;
  }

  private static boolean isOver(String state) {
    return state.equals("done") || state.equals("failed") || state.equals("cancelled");
  }

  static Map<String, String> bits(Path folder) throws IOException {
    Map<String, String> bits = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.matches("image\\.png|phase-\\d+\\.safetensors")) {
          bits.put(name, sha256(file));
        }
      }
    }
    return bits;
  }

  static String sha256(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonNode worker(String name) {
    for (JsonNode worker : get("/v1/workers").path("workers")) {
      if (worker.path("name").asText().equals(name)) {
        return worker;
      }
    }
    return JSON.missingNode();
  }

  void awaitWorker(String name, String state) {
    Await.until(
        name + " is " + state,
        PATIENCE,
        () -> worker(name).path("state").asText().equals(state),
        () -> get("/v1/workers").toString());
  }

  /** Until a worker is not listed any more. */
  void awaitGone(String name) {
    Await.until(
        name + " is gone",
        PATIENCE,
        () -> !get("/v1/workers").path("workers").isMissingNode() && worker(name).isMissingNode(),
        () -> get("/v1/workers").toString());
  }
}
