package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import java.util.List;
import org.apache.pekko.http.javadsl.server.Route;

/** Workers: who is there, who gets no more work, who gets work again. */
final class WorkerRoutes {
  private final Farm farm;

  WorkerRoutes(Farm farm) {
    this.farm = farm;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/workers", Role.VIEW, this::list),
        Endpoint.post("/v1/workers/{name}/drain", Role.OPERATE, call -> drain(call, false)),
        Endpoint.post("/v1/workers/{name}/resume", Role.OPERATE, call -> drain(call, true)));
  }

  private Route list(Endpoint.Call call) {
    return encodeResponse(() -> completeWithFuture(farm.workers().thenApply(Answers::ok)));
  }

  private Route drain(Endpoint.Call call, boolean letBack) {
    return completeWithFuture(farm.drain(call.place(0), letBack).thenApply(Answers::ok));
  }
}
