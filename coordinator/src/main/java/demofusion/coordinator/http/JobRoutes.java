package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.coordinator.job.JobView;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.job.Order;
import demofusion.protocol.DemofusionException;
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
final class JobRoutes {
  private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");

  private final Farm farm;
  private final Bodies bodies;
  private final LongSupplier randomSeed;

  /**
   * @param randomSeed where chance begins for those who do not say
   */
  JobRoutes(Farm farm, Bodies bodies, LongSupplier randomSeed) {
    this.farm = farm;
    this.bodies = bodies;
    this.randomSeed = randomSeed;
  }

  /**
   * The JSON of a list.
   *
   * @param next where the next page begins; null: there is none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record JobList(List<JobView> jobs, @Nullable String next) {
    JobList {
      jobs = List.copyOf(jobs);
    }
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/jobs", Role.SUBMIT, this::submit),
        Endpoint.get("/v1/jobs", Role.VIEW, this::list),
        Endpoint.post("/v1/jobs/prune", Role.OPERATE, this::prune),
        Endpoint.get("/v1/jobs/{id}", Role.VIEW, this::find),
        Endpoint.get("/v1/jobs/{id}/tiles", Role.VIEW, this::tiles),
        Endpoint.delete("/v1/jobs/{id}", Role.SUBMIT, this::cancel),
        Endpoint.post("/v1/jobs/{id}/retry", Role.SUBMIT, this::retry));
  }

  private Route submit(Endpoint.Call call) {
    String key = idempotencyKey(call.request());
    return completeWithFuture(
        bodies
            .readLarge(call.request(), NewPicture.class)
            .thenApply(this::order)
            .thenCompose(order -> farm.submit(order, call.caller(), key))
            .thenApply(JobRoutes::submitted));
  }

  private Order order(NewPicture picture) {
    try {
      return picture.toOrder(randomSeed);
    } catch (DemofusionException e) {
      // What is wrong whatever the farm has is a bad request; the farm's own refusals are not.
      throw Refused.badRequest(e.sentence());
    }
  }

  static HttpResponse submitted(Jobs.Reply reply) {
    JobView job = Objects.requireNonNull(reply.job());
    return Answers.json(reply.isNew() ? StatusCodes.CREATED : StatusCodes.OK, job)
        .addHeader(Location.create(Uri.create("/v1/jobs/" + job.id())));
  }

  static @Nullable String idempotencyKey(HttpRequest request) {
    Optional<String> key = request.getHeader("Idempotency-Key").map(HttpHeader::value);
    if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
      throw Refused.badRequest(
          "the Idempotency-Key has "
              + key.get().length()
              + " characters; it must be 1 to 255 of printable ASCII");
    }
    return key.orElse(null);
  }

  private Route list(Endpoint.Call call) {
    JobQuery query = JobQuery.of(call.request());
    CompletionStage<HttpResponse> response =
        farm.list(call.caller()).thenApply(jobs -> Answers.ok(query.page(jobs)));
    return encodeResponse(() -> completeWithFuture(response));
  }

  private Route find(Endpoint.Call call) {
    return completeWithFuture(farm.find(call.caller(), call.place(0)).thenApply(Answers::ok));
  }

  private Route tiles(Endpoint.Call call) {
    return encodeResponse(
        () ->
            completeWithFuture(
                farm.find(call.caller(), call.place(0))
                    .thenCompose(farm::tiles)
                    .thenApply(Answers::ok)));
  }

  private Route cancel(Endpoint.Call call) {
    return completeWithFuture(farm.cancel(call.caller(), call.place(0)).thenApply(Answers::ok));
  }

  private Route retry(Endpoint.Call call) {
    return completeWithFuture(farm.retry(call.caller(), call.place(0)).thenApply(Answers::ok));
  }

  private Route prune(Endpoint.Call call) {
    boolean dryRun = QueryParameters.of(call.request(), "dryRun").flag("dryRun");
    return completeWithFuture(
        bodies
            .read(call.request(), Jobs.Retention.class)
            .thenApply(JobRoutes::checked)
            .thenCompose(retention -> farm.prune(retention, dryRun))
            .thenApply(Answers::ok));
  }

  private static Jobs.Retention checked(Jobs.Retention retention) {
    if (retention.equals(Jobs.Retention.FOREVER)) {
      throw Refused.badRequest(
          "nothing says what to remove: give age, count or bytes of the jobs to keep");
    }
    if (retention.age() != null && retention.age().isNegative()) {
      throw Refused.badRequest("age " + retention.age() + " must be at least PT0S");
    }
    if (retention.count() != null && retention.count() < 0) {
      throw Refused.badRequest("count " + retention.count() + " must be at least 0");
    }
    if (retention.bytes() != null && retention.bytes() < 0) {
      throw Refused.badRequest("bytes " + retention.bytes() + " must be at least 0");
    }
    return retention;
  }
}
