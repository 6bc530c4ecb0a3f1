package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** For whoever supervises the process: whether it lives, and whether it can be given work. */
final class HealthRoutes {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Farm farm;

  HealthRoutes(Farm farm) {
    this.farm = farm;
  }

  /** The JSON of an answer that all is well. */
  record Health(String status) {}

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.open("/health/live", call -> complete(Answers.ok(new Health("live")))),
        Endpoint.open("/health/ready", this::ready));
  }

  private Route ready(Endpoint.Call call) {
    CompletionStage<HttpResponse> response =
        farm.knock(PATIENCE)
            .handle(
                (reply, failure) ->
                    failure == null
                        ? Answers.ok(new Health("ready"))
                        : Answers.problem(
                            StatusCodes.SERVICE_UNAVAILABLE,
                            "the keeper of the jobs did not answer within "
                                + PATIENCE.toSeconds()
                                + " s: it is starting, stopping or overloaded"));
    return completeWithFuture(response);
  }
}
