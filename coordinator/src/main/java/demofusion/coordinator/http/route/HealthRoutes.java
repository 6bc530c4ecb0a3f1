package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.Schema;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** Health checks for a supervisor: whether the process is alive and ready for work. */
public final class HealthRoutes {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final String TAG = "health";

  private final FarmGateway farm;

  public HealthRoutes(FarmGateway farm) {
    this.farm = farm;
  }

  /** The JSON of an answer that all is well. */
  @Schema("All is well.")
  public record Health(@Schema(rules = "enum: ['live', 'ready']") String status) {}

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.open("/health/live", call -> complete(Responses.ok(new Health("live"))))
            .as(
                Operation.of("live", TAG, "Whether the process answers.")
                    .answers(200, "It does.", Health.class)),
        Endpoint.open("/health/ready", this::ready)
            .as(
                Operation.of("ready", TAG, "Whether the coordinator accepts work.")
                    .answers(200, "It can.", Health.class)
                    .refuses(503)));
  }

  private Route ready(Endpoint.Call call) {
    CompletionStage<HttpResponse> response =
        farm.ping(PATIENCE)
            .handle(
                (reply, failure) ->
                    failure == null
                        ? Responses.ok(new Health("ready"))
                        : Responses.problem(
                            StatusCodes.SERVICE_UNAVAILABLE,
                            "the job keeper did not answer within "
                                + PATIENCE.toSeconds()
                                + " s: it is starting, stopping or overloaded"));
    return completeWithFuture(response);
  }
}
