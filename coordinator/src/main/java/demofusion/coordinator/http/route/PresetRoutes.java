package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.job.PresetForecast;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.PresetList;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.server.Route;

/** Presets: what each would take, before anybody asks for it. */
public final class PresetRoutes {
  private final FarmGateway farm;
  private final RequestBodies bodies;
  private final Executor planning;

  /**
   * @param planning threads that may take a while
   */
  public PresetRoutes(FarmGateway farm, RequestBodies bodies, Executor planning) {
    this.farm = farm;
    this.bodies = bodies;
    this.planning = planning;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/presets", Role.SUBMIT, this::forecast)
            .changingNothing()
            .as(
                Operation.of(
                        "presets",
                        JobRoutes.TAG,
                        "What each preset would take for a request, which is not submitted.")
                    .detail(
                        "A preset is nothing but settings. What the request says besides counts"
                            + " with each of them; a source image is not looked at.")
                    .takes(NewPicture.class)
                    .answers(200, "The presets.", PresetList.class)
                    .refuses(422)));
  }

  private Route forecast(Endpoint.Call call) {
    return completeWithFuture(
        bodies
            .read(call.request(), NewPicture.class)
            .thenApply(PresetRoutes::jobRequest)
            .thenCompose(this::forecast)
            .thenApply(Responses::ok));
  }

  private static JobRequest jobRequest(NewPicture picture) {
    try {
      return picture.toRequestWithoutRules(() -> 0);
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    }
  }

  private CompletionStage<PresetList> forecast(JobRequest request) {
    return farm.modelFor(request)
        .thenCombineAsync(
            farm.workers(),
            (card, workers) -> PresetForecast.of(request.spec(), card, workers),
            planning);
  }
}
