package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.http.Answers;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Role;
import java.util.List;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code /v1/models}: the models of the workers that are there. */
final class ModelRoutes {
  private final ServedModels models;

  ModelRoutes(ServedModels models) {
    this.models = models;
  }

  /**
   * A model as OpenAI lists it.
   *
   * @param created in seconds since 1970: when the first worker with it came
   */
  record Model(String id, String object, long created, @JsonProperty("owned_by") String ownedBy) {
    static Model of(ServedModels.Served model) {
      return new Model(model.id(), "model", model.since().getEpochSecond(), "demofusion");
    }
  }

  /** All of them. */
  record ModelList(String object, List<Model> data) {
    ModelList {
      data = List.copyOf(data);
    }
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/models", Role.VIEW, call -> list()),
        Endpoint.get("/v1/models/{model}", Role.VIEW, this::find));
  }

  private Route list() {
    return completeWithFuture(
        models
            .list()
            .thenApply(known -> new ModelList("list", known.stream().map(Model::of).toList()))
            .thenApply(Answers::ok));
  }

  private Route find(Endpoint.Call call) {
    String id = call.place(0);
    return completeWithFuture(
        models
            .list()
            .thenApply(
                known ->
                    ServedModels.meant(known, id)
                        .map(model -> Answers.ok(Model.of(model)))
                        .orElseGet(
                            () ->
                                Answers.json(
                                    StatusCodes.NOT_FOUND,
                                    OpenAiErrors.about(
                                        "model",
                                        "no worker has the model '" + shortened(id) + "'",
                                        "model_not_found")))));
  }

  private static String shortened(String id) {
    return id.length() > 80 ? id.substring(0, 80) + "…" : id;
  }
}
