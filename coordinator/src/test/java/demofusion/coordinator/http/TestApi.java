package demofusion.coordinator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.Materializer;
import org.jspecify.annotations.Nullable;

/** A real server on a free port, with jobs and workers that a test makes up, and a client. */
final class TestApi implements AutoCloseable {
  static final JsonMapper JSON = new JsonMapper();

  /** Short enough for tests that wait for their end. */
  static final HttpLimits LIMITS =
      new HttpLimits(
          2 << 20,
          200,
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofMillis(200));

  final FakeJobs jobs;
  final FakeWorkers workers = new FakeWorkers();
  final HttpServer server;
  private final ActorTestKit kit = ActorTestKit.create();
  private final HttpClient client;

  private TestApi(Path folder, @Nullable Path tokens, @Nullable SSLContext tls, HttpClient client) {
    this.jobs = new FakeJobs(folder);
    this.client = client;
    this.server =
        HttpServer.start(
                kit.system(),
                new HttpSettings("127.0.0.1", 0, tokens, tls, LIMITS),
                kit.spawn(jobs.behavior()),
                kit.spawn(workers.behavior()))
            .toCompletableFuture()
            .join();
  }

  static TestApi open(Path folder) {
    return new TestApi(folder, null, null, HttpClient.newHttpClient());
  }

  static TestApi withTokens(Path folder, Path tokens) {
    return new TestApi(folder, tokens, null, HttpClient.newHttpClient());
  }

  static TestApi withTls(Path folder, SSLContext tls, HttpClient client) {
    return new TestApi(folder, null, tls, client);
  }

  /** One more server beside this one. */
  HttpServer another(int port, @Nullable Path tokens) {
    return HttpServer.start(
            kit.system(),
            new HttpSettings("127.0.0.1", port, tokens, null, LIMITS),
            kit.spawn(jobs.behavior()),
            kit.spawn(workers.behavior()))
        .toCompletableFuture()
        .join();
  }

  /** The server's own table. */
  List<Endpoint> endpoints() {
    Farm farm =
        new Farm(
            kit.system(),
            kit.spawn(jobs.behavior()),
            kit.spawn(workers.behavior()),
            LIMITS.answer());
    OpenStreams streams = new OpenStreams();
    Bodies bodies =
        new Bodies(LIMITS, Materializer.createMaterializer(kit.system()), Runnable::run);
    List<Endpoint> endpoints =
        new ArrayList<>(
            HttpServer.endpoints(
                farm,
                new EventRoutes(farm, streams, LIMITS.heartbeat()),
                streams,
                bodies,
                Runnable::run,
                new Zooms(Runnable::run, job -> {})));
    Doorkeeper door = new Doorkeeper(null, true, Runnable::run);
    endpoints.addAll(
        HttpServer.pageEndpoints(door, Materializer.createMaterializer(kit.system()), false));
    return endpoints;
  }

  /** A request to this path. */
  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(to(path).GET());
  }

  HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return send(to(path).DELETE());
  }

  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    return send(posting(path, json));
  }

  HttpRequest.Builder posting(String path, String json) {
    return to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    return client.send(request.build(), body);
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  @Override
  public void close() {
    server.stop(Duration.ofSeconds(1)).toCompletableFuture().join();
    kit.shutdownTestKit();
  }
}
