package demofusion.deploy.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import demofusion.protocol.JobId;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobList;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.ModelSettingsList;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.Retention;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerPause;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.NewPicture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator's HTTP without a coordinator: speaks the API with the real records, and does what a
 * test tells it to before it answers well.
 *
 * <pre>
 *   client ──▶ faults, one a request ──▶ routes ──▶ jobs, workers, files
 * </pre>
 */
public final class FakeFarm implements AutoCloseable {
  private static final JsonMapper JSON = ApiJson.lenient();

  /** Answers in another way than a coordinator that is well. */
  public interface Fault {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** A stream of a job's events. */
  public interface Stream {
    void send(Events events) throws IOException;
  }

  /** What a stream can say. */
  public record Events(HttpExchange exchange) {
    public void send(JobEvent event) throws IOException {
      text("event: " + event.kind() + "\ndata: " + JSON.writeValueAsString(event) + "\n\n");
    }

    public void text(String text) throws IOException {
      exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    }
  }

  public final Map<String, JobView> jobs = new LinkedHashMap<>();
  public final List<WorkerView> workers = new CopyOnWriteArrayList<>();
  public final Map<String, byte[]> files = new HashMap<>();
  public final Deque<Fault> faults = new ConcurrentLinkedDeque<>();
  public final Deque<Stream> streams = new ConcurrentLinkedDeque<>();

  /** What was asked for: method, path, and the token that was shown. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** What is recommended for models, and the bodies that asked to change it. */
  public final List<ModelSettingsView> settings = new CopyOnWriteArrayList<>();

  public final List<String> settingsAsked = new CopyOnWriteArrayList<>();

  public final List<NewPicture> pictures = new CopyOnWriteArrayList<>();
  private final Map<String, String> keys = new HashMap<>();
  private final int port;
  private ExecutorService threads;
  private HttpServer server;

  private FakeFarm(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    this.port = server.getAddress().getPort();
    threads = serve();
  }

  /** On a port that was free. */
  public static FakeFarm start() {
    try {
      return new FakeFarm(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ExecutorService serve() {
    ExecutorService pool = Executors.newCachedThreadPool();
    server.setExecutor(pool);
    server.createContext("/", this::handle);
    server.start();
    return pool;
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Dies: what is open breaks. */
  public void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Is started again, with what it had, where it was. */
  public void startAgain() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      threads = serve();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + " "
              + exchange.getRequestHeaders().getFirst("Authorization"));
      Fault fault = faults.poll();
      if (fault != null) {
        fault.answer(exchange);
      } else {
        route(exchange);
      }
    }
  }

  /** Does what it was asked to do, and is cut off before it says so. */
  public Fault doneButCutOff() {
    return exchange -> change(exchange);
  }

  /** Answers well, as it does when there are no faults left. */
  public Fault noFault() {
    return this::route;
  }

  /** Cut off before anything was done. */
  public static Fault cutOff() {
    return exchange -> exchange.getRequestBody().readAllBytes();
  }

  /** A refusal. */
  public static Fault problem(int status, String detail) {
    return problem(status, detail, "BAD_REQUEST");
  }

  public static Fault problem(int status, String detail, String code) {
    return exchange -> {
      exchange.getRequestBody().readAllBytes();
      Map<String, Object> problem = new LinkedHashMap<>();
      problem.put("type", "about:blank");
      problem.put("title", "no");
      problem.put("status", status);
      problem.put("detail", detail);
      problem.put("code", code);
      byte[] body = JSON.writeValueAsBytes(problem);
      exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    };
  }

  /** Any other answer. */
  public static Fault says(int status, String body) {
    return exchange -> {
      exchange.getRequestBody().readAllBytes();
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** The first half of a file that says to be whole. */
  public Fault halfOf(String file) {
    return exchange -> {
      byte[] whole = Objects.requireNonNull(files.get(file));
      exchange.sendResponseHeaders(200, whole.length);
      exchange.getResponseBody().write(whole, 0, whole.length / 2);
      exchange.getResponseBody().flush();
    };
  }

  private void route(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String[] steps = path.substring(1).split("/", -1);
    String last = steps[steps.length - 1];
    if (exchange.getRequestMethod().equals("GET") && last.equals("events")) {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      streams.remove().send(new Events(exchange));
    } else if (files.containsKey(path)) {
      byte[] file = files.get(path);
      exchange.sendResponseHeaders(200, file.length);
      exchange.getResponseBody().write(file);
    } else {
      Object answer = change(exchange);
      if (answer == null) {
        problem(404, "there is no " + last).answer(exchange);
        return;
      }
      byte[] body = JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private synchronized @Nullable Object change(HttpExchange exchange) throws IOException {
    String call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    String[] steps = exchange.getRequestURI().getPath().substring(1).split("/", -1);
    if (call.equals("POST /v1/jobs")) {
      return submit(body, exchange.getRequestHeaders().getFirst("Idempotency-Key"));
    } else if (call.equals("GET /v1/jobs")) {
      return listing(exchange.getRequestURI().getQuery());
    } else if (call.equals("POST /v1/jobs/prune")) {
      JSON.readValue(body, Retention.class);
      return new Pruned(jobs.keySet().stream().map(JobId::new).toList(), 3 << 20);
    } else if (call.equals("GET /v1/workers")) {
      return new WorkerList(workers);
    } else if (call.equals("GET /v1/model-settings")) {
      return new ModelSettingsList(settings);
    } else if (call.matches("POST /v1/model-settings/.*")) {
      return changed(steps[2], JSON.readTree(body));
    } else if (call.matches("POST /v1/workers/.*/(drain|resume)")) {
      return drain(steps[2], steps[3].equals("resume"));
    } else if (call.matches("POST /v1/workers/.*/(pause|unpause)")) {
      return workers.stream().anyMatch(worker -> worker.name().equals(steps[2]))
          ? pause(steps[2], steps[3].equals("pause"), exchange.getRequestURI().getQuery())
          : null;
    } else if (call.matches("GET /v1/jobs/[^/]+")) {
      return jobs.get(steps[2]);
    } else if (call.matches("DELETE /v1/jobs/[^/]+")) {
      return jobs.computeIfPresent(steps[2], (id, job) -> in(JobState.CANCELLED, job));
    } else if (call.matches("POST /v1/jobs/[^/]+/retry")) {
      return jobs.computeIfPresent(steps[2], (id, job) -> in(JobState.QUEUED, job));
    }
    return null;
  }

  private @Nullable ModelSettingsView changed(String model, JsonNode changes) {
    settingsAsked.add(changes.toString());
    return settings.stream().filter(each -> each.model().equals(model)).findFirst().orElse(null);
  }

  private JobView submit(byte[] body, String key) throws IOException {
    String known = keys.get(key);
    if (known != null) {
      return Objects.requireNonNull(jobs.get(known));
    }
    NewPicture picture = JSON.readValue(body, NewPicture.class);
    pictures.add(picture);
    JobView job =
        job("job-" + (jobs.size() + 1), JobState.QUEUED, String.valueOf(picture.value("prompt")));
    keys.put(key, job.id().value());
    jobs.put(job.id().value(), job);
    return job;
  }

  private JobList listing(@Nullable String query) {
    List<JobView> found = new ArrayList<>(jobs.values());
    if (query != null) {
      found.removeIf(job -> !query.equals("state=" + job.state()));
    }
    return new JobList(found);
  }

  private static WorkerPause pause(String name, boolean paused, @Nullable String query) {
    return new WorkerPause(
        name,
        paused,
        query == null
            ? null
            : Instant.EPOCH.plusSeconds(Long.parseLong(query.substring("seconds=".length()))));
  }

  private @Nullable WorkerView drain(String name, boolean readmit) {
    return workers.stream()
        .filter(worker -> worker.name().equals(name))
        .findFirst()
        .map(
            worker ->
                FarmValues.worker(
                    name, readmit ? WorkerView.State.READY : WorkerView.State.DRAINING, null))
        .orElse(null);
  }

  /** A job that is there. */
  public JobView add(String id, JobState state, String prompt) {
    JobView job = job(id, state, prompt);
    jobs.put(id, job);
    return job;
  }

  private JobView job(String id, JobState state, String prompt) {
    Instant submitted = Instant.parse("2026-11-23T08:00:00Z").plusSeconds(jobs.size());
    return FarmValues.job(id, state, prompt, submitted);
  }

  /** The same job, in another state. */
  public static JobView in(JobState state, JobView job) {
    return FarmValues.job(job.id().value(), state, job.prompt(), job.submittedAt());
  }
}
