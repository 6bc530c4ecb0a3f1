package demofusion.deploy.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import demofusion.protocol.JobId;
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
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditLogPage;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.usage.UsageBy;
import demofusion.protocol.api.usage.UsageReport;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's API for one who waits for every answer. A coordinator that does not answer is
 * asked again, for minutes; what is asked twice for that reason is done once.
 */
public final class FarmClient implements AutoCloseable {
  private static final String VERSION = "v1";
  private static final String JOBS = "jobs";
  private static final String WORKERS = "workers";
  private static final String MODEL_SETTINGS = "model-settings";
  private static final Duration FOR_AN_ANSWER = Duration.ofSeconds(30);

  /** A picture to start from is sent over any line. */
  private static final Duration FOR_A_SUBMIT = Duration.ofMinutes(10);

  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final FarmAccess access;
  private final Transport transport;
  private final RetryPolicy patience;
  private final JsonBody json;
  private final Pause pause;

  FarmClient(FarmAccess access, Duration longestSilence, Pause pause, Consumer<String> say) {
    this.access = access;
    transport = new Transport(access, longestSilence);
    patience = new RetryPolicy(access.address(), access.patience(), pause, say);
    json = new JsonBody(transport.json());
    this.pause = pause;
  }

  /**
   * @param say where sentences about waiting go
   */
  public static FarmClient of(FarmAccess access, Consumer<String> say) {
    return new FarmClient(access, Transport.LONGEST_SILENCE, Pause.real(), say);
  }

  /**
   * A new job, on the coordinator's disk when this returns.
   *
   * @param key a key that was used before is answered with its job
   */
  public JobView submit(NewPicture picture, String key) {
    HttpRequest request =
        transport
            .request(VERSION, JOBS)
            .timeout(FOR_A_SUBMIT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(body(picture))
            .build();
    return insist(() -> transport.ask(request, json.reading(JobView.class)));
  }

  /**
   * The jobs that the token may see, the newest first.
   *
   * @param state null: in any
   */
  public List<JobView> jobs(@Nullable JobState state) {
    HttpRequest.Builder all = question(VERSION, JOBS);
    if (state != null) {
      all.uri(URI.create(access.address().at(VERSION, JOBS) + "?state=" + state));
    }
    HttpRequest request = all.build();
    return insist(() -> transport.ask(request, json.reading(JobList.class))).jobs().stream()
        .sorted(Comparator.comparing(JobView::submittedAt).reversed())
        .toList();
  }

  /** A job by its whole id. */
  public Optional<JobView> find(JobId id) {
    HttpRequest request = question(VERSION, JOBS, id.value()).build();
    try {
      return Optional.of(
          patience.insist(() -> transport.ask(request, json.reading(JobView.class))));
    } catch (RequestRefused e) {
      if (e.problem().status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e.problem().refusal(access.address());
    }
  }

  /** Stops an unfinished job. */
  public JobView cancel(JobId id) {
    return change(
        id,
        question(VERSION, JOBS, id.value()).DELETE().build(),
        job -> job.state() == JobState.CANCELLED);
  }

  /** Lets a failed or cancelled job go on from its last checkpoint. */
  public JobView retry(JobId id) {
    return change(
        id,
        question(VERSION, JOBS, id.value(), "retry").POST(BodyPublishers.noBody()).build(),
        job -> !job.state().isOver());
  }

  /** Removes finished jobs by these rules. */
  public Pruned prune(Retention retention, boolean dryRun) {
    return prune(retention, "?dryRun=" + dryRun);
  }

  /**
   * Removes the coordinator's copies of what an object store has.
   *
   * @param age for which nobody used them
   */
  public Pruned pruneCopies(Duration age, boolean dryRun) {
    return prune(new Retention(age, null, null), "?copies=true&dryRun=" + dryRun);
  }

  private Pruned prune(Retention retention, String query) {
    HttpRequest request =
        question(VERSION, JOBS, "prune")
            .uri(URI.create(access.address().at(VERSION, JOBS, "prune") + query))
            .header("Content-Type", "application/json")
            .POST(body(retention))
            .build();
    return insist(() -> transport.ask(request, json.reading(Pruned.class)));
  }

  public List<WorkerView> workers() {
    HttpRequest request = question(VERSION, WORKERS).build();
    return insist(() -> transport.ask(request, json.reading(WorkerList.class))).workers();
  }

  /**
   * Gives a worker nothing more.
   *
   * @param readmit whether it gets work again instead
   */
  public WorkerView drain(String worker, boolean readmit) {
    HttpRequest request =
        question(VERSION, WORKERS, worker, readmit ? "resume" : "drain")
            .POST(BodyPublishers.noBody())
            .build();
    return insist(() -> transport.ask(request, json.reading(WorkerView.class)));
  }

  /**
   * Gives somebody a worker's device back.
   *
   * @param time for which; null: until it is resumed
   */
  public WorkerPause pause(String worker, @Nullable Duration time) {
    String query = time == null ? "" : "?seconds=" + time.toSeconds();
    HttpRequest request =
        question(VERSION, WORKERS)
            .uri(URI.create(access.address().at(VERSION, WORKERS, worker, "pause") + query))
            .POST(BodyPublishers.noBody())
            .build();
    return insist(() -> transport.ask(request, json.reading(WorkerPause.class)));
  }

  /** Lets the farm have a paused worker's device again. */
  public WorkerPause unpause(String worker) {
    HttpRequest request =
        question(VERSION, WORKERS, worker, "unpause").POST(BodyPublishers.noBody()).build();
    return insist(() -> transport.ask(request, json.reading(WorkerPause.class)));
  }

  /**
   * The newest lines of the audit log, the newest first, in as many pages as it takes.
   *
   * @param filter by the query's names: since, who, what
   * @param most lines; of so many and one more, all are there
   */
  public List<AuditLogEntry> auditLog(Map<String, String> filter, int most) {
    return new AuditLogPages(filter, most)
        .read(
            query -> {
              HttpRequest request =
                  question(VERSION, "audit")
                      .uri(URI.create(access.address().at(VERSION, "audit") + query))
                      .build();
              return insist(() -> transport.ask(request, json.reading(AuditLogPage.class)));
            });
  }

  /**
   * How much of the farm was used.
   *
   * @param since the first day, in UTC; null: all that is known
   */
  public UsageReport usage(UsageBy by, @Nullable LocalDate since) {
    String query = "?by=" + by + (since == null ? "" : "&since=" + since);
    HttpRequest request =
        question(VERSION, "usage")
            .uri(URI.create(access.address().at(VERSION, "usage") + query))
            .build();
    return insist(() -> transport.ask(request, json.reading(UsageReport.class)));
  }

  /** What is recommended for the models that workers have or had. */
  public List<ModelSettingsView> modelSettings() {
    HttpRequest request = question(VERSION, MODEL_SETTINGS).build();
    return insist(() -> transport.ask(request, json.reading(ModelSettingsList.class))).models();
  }

  /**
   * Recommends something else for a model.
   *
   * @param changes by the fields' names; null: what the model itself recommends counts again
   */
  public ModelSettingsView changeModelSettings(
      String model, Map<String, @Nullable Object> changes) {
    HttpRequest request =
        question(VERSION, MODEL_SETTINGS, model)
            .header("Content-Type", "application/json")
            .POST(body(changes))
            .build();
    return insist(() -> transport.ask(request, json.reading(ModelSettingsView.class)));
  }

  /**
   * Hears what happens to a job until it is over, however often the stream breaks.
   *
   * @return the job when it is over
   */
  public JobView watch(JobId id, Consumer<JobEvent> listener) {
    JobWatch watch = new JobWatch(transport, patience, listener);
    HttpRequest request =
        transport
            .request(VERSION, JOBS, id.value(), "events")
            .header("Accept", "text/event-stream")
            .timeout(FOR_AN_ANSWER)
            .build();
    return insist(() -> watch.once(request));
  }

  /** The store of LoRAs, embeddings, VAEs, upscalers and checkpoints, as operators use it. */
  public ModelFiles modelFiles() {
    return new ModelFiles(transport, new Insistence(patience, access.address()), json, pause);
  }

  /** The same store, as workers use it. */
  public WorkFiles workFiles() {
    return new WorkFiles(transport, new Insistence(patience, access.address()), json);
  }

  /** A file of a job's, whole and under its name, or not at all. */
  public void download(JobFile file, JobId id, Path target) {
    HttpRequest request =
        question(file.route(VERSION, JOBS, id.value())).header("Accept", file.accept()).build();
    Download download = new Download(transport, file, target);
    for (int attempt = 1; ; attempt++) {
      String came = insist(() -> download.once(request));
      if (file.isSha256(came)) {
        return;
      }
      if (attempt == Download.ATTEMPTS) {
        throw download.mismatch(came);
      }
    }
  }

  /** A change that another attempt of ours, whose answer was lost, may have made before. */
  private JobView change(JobId id, HttpRequest request, Predicate<JobView> isMade) {
    int[] attempts = {0};
    try {
      return patience.insist(
          () -> {
            attempts[0]++;
            return transport.ask(request, json.reading(JobView.class));
          });
    } catch (RequestRefused e) {
      if (e.problem().status() == CONFLICT && attempts[0] > 1) {
        Optional<JobView> made = find(id).filter(isMade);
        if (made.isPresent()) {
          return made.get();
        }
      }
      throw e.problem().refusal(access.address());
    }
  }

  private HttpRequest.Builder question(String... route) {
    return transport
        .request(route)
        .header("Accept", "application/json, application/problem+json")
        .timeout(FOR_AN_ANSWER);
  }

  private HttpRequest.BodyPublisher body(Object value) {
    try {
      return BodyPublishers.ofByteArray(transport.json().writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON", e);
    }
  }

  private <T> T insist(RetryPolicy.Question<T> question) {
    return new Insistence(patience, access.address()).on(question);
  }

  @Override
  public void close() {
    transport.close();
  }
}
