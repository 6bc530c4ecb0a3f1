package demofusion.coordinator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.budget.Accounts;
import demofusion.coordinator.budget.Allowances;
import demofusion.coordinator.budget.Budgets;
import demofusion.coordinator.http.address.TrustedProxies;
import demofusion.coordinator.http.auth.Authenticator;
import demofusion.coordinator.http.auth.PersonSessions;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.files.ModelTransfer;
import demofusion.coordinator.http.route.TilePyramids;
import demofusion.coordinator.http.server.HttpServer;
import demofusion.coordinator.http.server.HttpSettings;
import demofusion.coordinator.http.signin.OidcSettings;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.coordinator.library.store.StoreLimits;
import demofusion.coordinator.link.WorkerLinks;
import demofusion.coordinator.results.ResultFiles;
import demofusion.coordinator.usage.UsageLedger;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.Materializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real server on a free port, with jobs and workers that a test makes up, and a client.
 *
 * <pre>
 *  test ── get, post, send ──▶ HttpServer ── Jobs.Command ──▶ jobs (FakeJobs)
 *   │                              └─── DispatcherCommand ──▶ workers (FakeWorkers)
 *   └── puts jobs and workers there, hears what they were asked for ──▲
 * </pre>
 *
 * One that is registered as an extension serves all tests of a class; before each of them the jobs
 * are forgotten.
 */
public final class TestApi implements BeforeEachCallback, AfterAllCallback, AutoCloseable {
  public static final JsonMapper JSON = new JsonMapper();

  /** Short enough for tests that wait for their end. */
  public static final HttpLimits LIMITS =
      new HttpLimits(
          2 << 20,
          200,
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          new HttpLimits.Arrival(Duration.ofSeconds(10), Duration.ofSeconds(2), 1000),
          Duration.ofMillis(200),
          1 << 20);

  /** Small enough for tests that fill it. */
  public static final StoreLimits STORE = new StoreLimits(8 << 20, 20 << 20);

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  public final FakeJobs jobs;
  public final FakeWorkers workers = new FakeWorkers();
  public final HttpServer server;
  private final ActorTestKit kit = ActorTestKit.create();
  private final HttpClient client;

  /** Where it keeps model files. */
  public final ModelStore store;

  /** In its folder too. */
  public final AuditLog auditLog;

  /** In its folder too. */
  public final UsageLedger usage;

  /** Of the tokens file, and of what is used. */
  public final Accounts accounts;

  private TestApi(
      Path folder,
      @Nullable Path tokens,
      @Nullable SSLContext tls,
      HttpClient client,
      List<GuestApi> guests,
      HttpLimits limits) {
    this(folder, new HttpSettings("127.0.0.1", 0, tokens, tls, limits), client, guests);
  }

  private TestApi(Path folder, HttpSettings settings, HttpClient client, List<GuestApi> guests) {
    this.jobs = new FakeJobs(folder);
    this.client = client;
    this.store =
        ModelStore.open(folder.resolve("library"), STORE, Runnable::run, InstantSource.system());
    this.auditLog = AuditLog.open(folder.resolve("audit.jsonl"), InstantSource.system());
    this.usage =
        UsageLedger.open(
            folder.resolve("usage"), InstantSource.system(), Runnable::run, Runnable::run);
    this.accounts =
        new Accounts(
            usage, new Budgets(new Allowances(), usage.spending(), InstantSource.system()));
    this.server =
        HttpServer.start(
                kit.system(),
                settings,
                kit.spawn(jobs.behavior()),
                kit.spawn(workers.behavior()),
                guests,
                store,
                auditLog,
                accounts)
            .toCompletableFuture()
            .join();
  }

  /** One for a whole class, to be registered, with files in a folder of its own. */
  public static TestApi open() {
    return open(temporary());
  }

  /** One that bears more or less than {@link #LIMITS}. */
  public static TestApi withLimits(HttpLimits limits) {
    return new TestApi(temporary(), null, null, HttpClient.newHttpClient(), List.of(), limits);
  }

  /** A folder that goes when the server does. */
  public static Path temporary() {
    try {
      return Files.createTempDirectory("test-api");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static TestApi open(Path folder) {
    return new TestApi(folder, null, null, HttpClient.newHttpClient(), List.of(), LIMITS);
  }

  public static TestApi withTokens(Path folder, Path tokens) {
    return new TestApi(folder, tokens, null, HttpClient.newHttpClient(), List.of(), LIMITS);
  }

  /** One where people sign in with a provider. */
  public static TestApi withProvider(Path folder, Path tokens, OidcSettings provider) {
    HttpSettings settings = new HttpSettings("127.0.0.1", 0, tokens, null, LIMITS).with(provider);
    return new TestApi(folder, settings, HttpClient.newHttpClient(), List.of());
  }

  public static TestApi withTls(Path folder, SSLContext tls, HttpClient client) {
    return new TestApi(folder, null, tls, client, List.of(), LIMITS);
  }

  /** One that speaks other programs' APIs too. */
  public static TestApi withGuests(Path folder, @Nullable Path tokens, List<GuestApi> guests) {
    return new TestApi(folder, tokens, null, HttpClient.newHttpClient(), guests, LIMITS);
  }

  /** A line of a tokens file. */
  public static String token(String name, Role role, String secret) {
    return TokenLine.of(name, role, secret) + "\n";
  }

  /** One more server beside this one. */
  public HttpServer another(int port, @Nullable Path tokens) {
    return HttpServer.start(
            kit.system(),
            new HttpSettings("127.0.0.1", port, tokens, null, LIMITS),
            kit.spawn(jobs.behavior()),
            kit.spawn(workers.behavior()),
            List.of(),
            store,
            auditLog,
            accounts)
        .toCompletableFuture()
        .join();
  }

  /** The server's own table. */
  public List<Endpoint> endpoints() {
    List<Endpoint> endpoints =
        new ArrayList<>(
            HttpServer.endpoints(
                context(),
                new TilePyramids(
                    Runnable::run,
                    job -> CompletableFuture.completedFuture(jobs.folderOf(job.id().value())),
                    job -> {}),
                WorkerLinks.open(kit.system(), kit.spawn(workers.behavior()), 1, 1 << 20),
                new ModelTransfer(
                    store,
                    context().bodies(),
                    new OpenStreams(),
                    Runnable::run,
                    Materializer.createMaterializer(kit.system()))));
    Authenticator authenticator =
        new Authenticator(
            null,
            true,
            TrustedProxies.LOOPBACK,
            new PersonSessions(InstantSource.system()),
            Runnable::run);
    endpoints.addAll(
        HttpServer.pageEndpoints(
            authenticator, Optional.empty(), Materializer.createMaterializer(kit.system())));
    return endpoints;
  }

  /** What a guest finds in a server. */
  public ApiContext context() {
    FarmGateway farm =
        new FarmGateway(
            kit.system(),
            kit.spawn(jobs.behavior()),
            kit.spawn(workers.behavior()),
            LIMITS,
            ResultFiles.HERE);
    Materializer materializer = Materializer.createMaterializer(kit.system());
    return new ApiContext(
        farm,
        new RequestBodies(LIMITS, materializer, Runnable::run),
        new JobEvents(farm, materializer),
        new OpenStreams(),
        Runnable::run,
        Runnable::run,
        LIMITS,
        store,
        auditLog,
        accounts);
  }

  /** A request to this path. */
  public HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(TIMEOUT);
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(to(path).GET());
  }

  public HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return send(to(path).DELETE());
  }

  public HttpResponse<String> post(String path, String json)
      throws IOException, InterruptedException {
    return send(posting(path, json));
  }

  public HttpRequest.Builder posting(String path, String json) {
    return to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return send(request, BodyHandlers.ofString());
  }

  /**
   * The request's timeout holds for the whole body too: a stream that does not end fails a test.
   */
  public <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    HttpRequest built = request.build();
    CompletableFuture<HttpResponse<T>> response = client.sendAsync(built, body);
    try {
      return response.get(built.timeout().orElse(TIMEOUT).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      response.cancel(true);
      throw new HttpTimeoutException("the response to " + built + " did not end");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  public static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    jobs.forget();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    close();
    try (Stream<Path> files = Files.walk(jobs.folder())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() {
    server.stop(Duration.ofMillis(200)).toCompletableFuture().join();
    kit.shutdownTestKit();
  }
}
