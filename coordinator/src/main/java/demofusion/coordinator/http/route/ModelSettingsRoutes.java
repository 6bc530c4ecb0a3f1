package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.ModelSettingsList;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.request.RecommendedSettings;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.server.Route;

/** What is recommended for each model: used where a request is silent. */
public final class ModelSettingsRoutes {
  private static final String TAG = "models";

  private final FarmGateway farm;
  private final RequestBodies bodies;

  public ModelSettingsRoutes(FarmGateway farm, RequestBodies bodies) {
    this.farm = farm;
    this.bodies = bodies;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/model-settings", Role.VIEW, this::list)
            .as(
                Operation.of(
                        "listModelSettings",
                        TAG,
                        "The models that workers have or had, with what is recommended for each.")
                    .answers(200, "The models.", ModelSettingsList.class)),
        Endpoint.post("/v1/model-settings/{model}", Role.OPERATE, this::change)
            .recordedAs(AuditedAction.MODELS_SET)
            .as(
                Operation.of("changeModelSettings", TAG, "Recommend something else for a model.")
                    .detail(
                        "The body has values by the names of the fields of POST /v1/jobs that a"
                            + " model may recommend; those that it does not name stay, and null"
                            + " lets what the model itself recommends count again. Jobs that were"
                            + " accepted before keep what they were accepted with.")
                    .takes(Map.class)
                    .answers(200, "What is recommended now.", ModelSettingsView.class)
                    .refuses(404)));
  }

  private Route list(Endpoint.Call call) {
    return completeWithFuture(farm.modelSettings().thenApply(Responses::ok));
  }

  private Route change(Endpoint.Call call) {
    return completeWithFuture(
        bodies
            .read(call.request(), ObjectNode.class)
            .thenCompose(
                changes ->
                    farm.changeModelSettings(
                        call.pathParam("model"), RecommendedSettings.values(changes)))
            .thenApply(Responses::ok));
  }
}
