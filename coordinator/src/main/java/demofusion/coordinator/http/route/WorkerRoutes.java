package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.util.List;
import org.apache.pekko.http.javadsl.server.Route;

/** Workers: who is there, who gets no more work, who gets work again. */
public final class WorkerRoutes {
  private static final String TAG = "workers";

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
            .as(changing("resume", "Give a drained or quarantined worker work again.")));
  }

  private static Operation changing(String id, String summary) {
    return Operation.of(id, TAG, summary)
        .answers(200, "The current worker.", WorkerView.class)
        .refuses(404);
  }

  private Route list(Endpoint.Call call) {
    return encodeResponse(() -> completeWithFuture(farm.workers().thenApply(Responses::ok)));
  }

  private Route drain(Endpoint.Call call, boolean readmit) {
    return completeWithFuture(farm.drain(call.pathParam("name"), readmit).thenApply(Responses::ok));
  }
}
