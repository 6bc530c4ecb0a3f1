package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import demofusion.coordinator.dispatch.WorkerPauses;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.QueryParameters;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.Excerpt;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerPause;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.server.Route;

/** Workers: who is there, who gets no more work, who gets work again, whose device is wanted. */
public final class WorkerRoutes {
  private static final String TAG = "workers";
  private static final String SECONDS = "seconds";
  private static final int MOST_SECONDS = 366 * 24 * 3600;
  private static final int LONGEST_QUOTE = 40;

  private final FarmGateway farm;

  public WorkerRoutes(FarmGateway farm) {
    this.farm = farm;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/workers", Role.VIEW, this::list)
            .as(
                Operation.of("listWorkers", TAG, "The workers, in the order in which they joined.")
                    .answers(200, "The workers.", WorkerList.class)),
        Endpoint.post("/v1/workers/{name}/drain", Role.OPERATE, call -> drain(call, false))
            .recordedAs(AuditedAction.DRAIN)
            .as(changing("drain", "Give a worker no new work.")),
        Endpoint.post("/v1/workers/{name}/resume", Role.OPERATE, call -> drain(call, true))
            .recordedAs(AuditedAction.RESUME)
            .as(changing("resume", "Give a drained or quarantined worker work again.")),
        Endpoint.post("/v1/workers/{name}/pause", Role.OPERATE, this::pause)
            .recordedAs(AuditedAction.PAUSE)
            .as(
                Operation.of("pause", TAG, "Give somebody a worker's device back.")
                    .detail(
                        "The worker ends the batches that it is at, takes its model off the device"
                            + " and gets no work until it is resumed. Kept when it or the"
                            + " coordinator is restarted.")
                    .query(
                        SECONDS,
                        "After so many seconds the farm has it again; without it, when it is"
                            + " resumed.",
                        "type: 'integer', minimum: 1, maximum: " + MOST_SECONDS)
                    .answers(200, "It is paused.", WorkerPause.class)
                    .refuses(400, 404)),
        Endpoint.post("/v1/workers/{name}/unpause", Role.OPERATE, this::unpause)
            .recordedAs(AuditedAction.UNPAUSE)
            .as(
                Operation.of("unpause", TAG, "Let the farm have a paused worker's device again.")
                    .detail("Also of one that is not connected now.")
                    .answers(200, "It is not paused.", WorkerPause.class)
                    .refuses(404)));
  }

  private static Operation changing(String id, String summary) {
    return Operation.of(id, TAG, summary)
        .answers(200, "The current worker.", WorkerView.class)
        .refuses(404);
  }

  private Route list(Endpoint.Call call) {
    return encodeResponse(() -> completeWithFuture(farm.workers().thenApply(Responses::ok)));
  }

  private Route pause(Endpoint.Call call) {
    String name = call.pathParam("name");
    Optional<Instant> until =
        QueryParameters.of(call.request(), SECONDS)
            .text(SECONDS)
            .map(text -> Instant.now().plusSeconds(seconds(text)).truncatedTo(ChronoUnit.SECONDS));
    return completeWithFuture(
        farm.pause(name, until.orElse(WorkerPauses.OPEN))
            .thenApply(done -> Responses.ok(new WorkerPause(name, true, until.orElse(null)))));
  }

  private static long seconds(String text) {
    try {
      long seconds = Long.parseLong(text);
      if (seconds >= 1 && seconds <= MOST_SECONDS) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw ApiException.badRequest(
        "seconds \"%s\" must be a whole number from 1 to %s (a year)"
            .formatted(Excerpt.printable(text, LONGEST_QUOTE), MOST_SECONDS));
  }

  private Route unpause(Endpoint.Call call) {
    String name = call.pathParam("name");
    return completeWithFuture(
        farm.pause(name, null).thenApply(done -> Responses.ok(new WorkerPause(name, false, null))));
  }

  private Route drain(Endpoint.Call call, boolean readmit) {
    return completeWithFuture(farm.drain(call.pathParam("name"), readmit).thenApply(Responses::ok));
  }
}
