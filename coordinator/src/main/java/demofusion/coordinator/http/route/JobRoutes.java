package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.QueryParameters;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.JobList;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.Retention;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.Uri;
import org.apache.pekko.http.javadsl.model.headers.Location;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** Jobs: to have one done, to see them, to stop them, to go on with them, to remove old ones. */
public final class JobRoutes {
  private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");

  static final String TAG = "jobs";
  private static final String KEY_HEADER = "Idempotency-Key";
  private static final String DRY_RUN = "dryRun";
  private static final String COPIES = "copies";

  private final FarmGateway farm;
  private final RequestBodies bodies;
  private final LongSupplier randomSeed;

  /**
   * @param randomSeed seeds for requests that give none
   */
  public JobRoutes(FarmGateway farm, RequestBodies bodies, LongSupplier randomSeed) {
    this.farm = farm;
    this.bodies = bodies;
    this.randomSeed = randomSeed;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/jobs", Role.SUBMIT, this::submit)
            .recordedAs(AuditedAction.SUBMIT)
            .as(
                submitting("submit", "Submit a job that generates an image.")
                    .detail(
                        "Answered once the job is on disk; from then on it survives the crash of"
                            + " any process.")
                    .takes(NewPicture.class)),
        Endpoint.get("/v1/jobs", Role.VIEW, this::list)
            .as(
                JobQuery.describe(
                    Operation.of("listJobs", TAG, "Jobs, newest first, all at once or in pages.")
                        .answers(200, "The jobs that the caller may see.", JobList.class))),
        Endpoint.post("/v1/jobs/prune", Role.OPERATE, this::prune)
            .recordedAs(AuditedAction.PRUNE)
            .as(
                Operation.of(
                        "prune",
                        TAG,
                        "Remove finished jobs, or the copies here of what an object store has.")
                    .query(
                        DRY_RUN,
                        "Only list what would be removed.",
                        "type: 'boolean', default: false")
                    .query(
                        COPIES,
                        "Remove no job, but the files here that an object store has too, and nobody"
                            + " used for the age, which is the only rule; whoever reads them has"
                            + " them fetched.",
                        "type: 'boolean', default: false")
                    .takes(Retention.class)
                    .answers(200, "What was removed.", Pruned.class)),
        Endpoint.get("/v1/jobs/{id}", Role.VIEW, this::find)
            .as(
                Operation.of("findJob", TAG, "One job.")
                    .answers(200, "The job.", JobView.class)
                    .refuses(404)),
        Endpoint.get("/v1/jobs/{id}/tiles", Role.VIEW, this::tiles)
            .as(
                Operation.of(
                        "tiles",
                        TAG,
                        "The views of the job's current timestep, and which workers have them.")
                    .detail(
                        "A snapshot; ask again to follow the progress. There are no tiles when"
                            + " nothing is being rendered.")
                    .answers(200, "The views.", TileMap.class)
                    .refuses(404)),
        Endpoint.delete("/v1/jobs/{id}", Role.SUBMIT, this::cancel)
            .recordedAs(AuditedAction.CANCEL)
            .as(changing("cancel", "Stop an unfinished job and keep its progress.")),
        Endpoint.post("/v1/jobs/{id}/retry", Role.SUBMIT, this::retry)
            .recordedAs(AuditedAction.RETRY)
            .as(
                changing("retry", "Resume a failed or cancelled job from its last checkpoint.")
                    .refuses(429)));
  }

  /** An operation that makes a job, once for each key. */
  static Operation submitting(String id, String summary) {
    return Operation.of(id, TAG, summary)
        .header(
            KEY_HEADER,
            "A request with a key that was used before is answered with the job of that key.",
            "type: 'string', minLength: 1, maxLength: 255")
        .answers(201, "A new job.", JobView.class, "Location")
        .answers(200, "The job that was made with this key before.", JobView.class, "Location")
        .refuses(409, 422, 429);
  }

  private static Operation changing(String id, String summary) {
    return Operation.of(id, TAG, summary)
        .answers(200, "The current job.", JobView.class)
        .refuses(404, 409);
  }

  private Route submit(Endpoint.Call call) {
    String key = idempotencyKey(call.request());
    return completeWithFuture(
        bodies
            .readLarge(call.request(), NewPicture.class)
            .thenApply(this::jobRequest)
            .thenCompose(request -> farm.submit(request, call.caller(), key, call.trace()))
            .thenApply(reply -> submitted(reply, call)));
  }

  private JobRequest jobRequest(NewPicture picture) {
    try {
      return picture.toRequest(randomSeed);
    } catch (DemofusionException e) {
      // What is wrong whatever the farm has is a bad request; the farm's own refusals are not.
      throw ApiException.badRequest(e.userMessage());
    }
  }

  static HttpResponse submitted(Jobs.Reply reply, Endpoint.Call call) {
    JobView job = Objects.requireNonNull(reply.job());
    call.note().made(job);
    return Responses.json(reply.isNew() ? StatusCodes.CREATED : StatusCodes.OK, job)
        .addHeader(Location.create(Uri.create(call.address().path("/v1/jobs/" + job.id()))));
  }

  static @Nullable String idempotencyKey(HttpRequest request) {
    Optional<String> key = request.getHeader(KEY_HEADER).map(HttpHeader::value);
    if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
      throw ApiException.badRequest(
          "the Idempotency-Key has "
              + key.get().length()
              + " characters; it must be 1 to 255 printable ASCII characters");
    }
    return key.orElse(null);
  }

  private Route list(Endpoint.Call call) {
    JobQuery query = JobQuery.of(call.request());
    CompletionStage<HttpResponse> response =
        farm.list(call.caller()).thenApply(jobs -> Responses.ok(query.page(jobs)));
    return encodeResponse(() -> completeWithFuture(response));
  }

  private Route find(Endpoint.Call call) {
    return completeWithFuture(farm.find(call.caller(), call.job()).thenApply(Responses::ok));
  }

  private Route tiles(Endpoint.Call call) {
    return encodeResponse(
        () ->
            completeWithFuture(
                farm.find(call.caller(), call.job())
                    .thenCompose(farm::tiles)
                    .thenApply(Responses::ok)));
  }

  private Route cancel(Endpoint.Call call) {
    return completeWithFuture(farm.cancel(call.caller(), call.job()).thenApply(Responses::ok));
  }

  private Route retry(Endpoint.Call call) {
    return completeWithFuture(farm.retry(call.caller(), call.job()).thenApply(Responses::ok));
  }

  private Route prune(Endpoint.Call call) {
    QueryParameters query = QueryParameters.of(call.request(), DRY_RUN, COPIES);
    boolean dryRun = query.flag(DRY_RUN);
    boolean copies = query.flag(COPIES);
    return completeWithFuture(
        bodies
            .read(call.request(), Retention.class)
            .thenApply(JobRoutes::checked)
            .thenCompose(
                retention ->
                    copies
                        ? farm.pruneCopies(age(retention), dryRun)
                        : farm.prune(retention, dryRun))
            .thenApply(
                pruned -> {
                  call.note().detail(words(pruned, dryRun, copies));
                  return Responses.ok(pruned);
                }));
  }

  private static String words(Pruned pruned, boolean dryRun, boolean copies) {
    return "%s %s%s jobs with %s bytes"
        .formatted(
            dryRun ? "would remove" : "removed",
            copies ? "local copies of " : "",
            pruned.jobs().size(),
            pruned.bytes());
  }

  private static Duration age(Retention retention) {
    if (retention.age() == null || retention.count() != null || retention.bytes() != null) {
      throw ApiException.badRequest(
          "copies go by their age alone: give it, and neither count nor bytes");
    }
    return retention.age();
  }

  private static Retention checked(Retention retention) {
    if (retention.equals(Retention.FOREVER)) {
      throw ApiException.badRequest("no rule given: give age, count or bytes of the jobs to keep");
    }
    if (retention.age() != null && retention.age().isNegative()) {
      throw ApiException.badRequest("age " + retention.age() + " must be at least PT0S");
    }
    if (retention.count() != null && retention.count() < 0) {
      throw ApiException.badRequest("count " + retention.count() + " must be at least 0");
    }
    if (retention.bytes() != null && retention.bytes() < 0) {
      throw ApiException.badRequest("bytes " + retention.bytes() + " must be at least 0");
    }
    return retention;
  }
}
