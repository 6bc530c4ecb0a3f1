package demofusion.coordinator.http.compat.openai;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.AdvertisedModels;
import demofusion.protocol.Excerpt;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.Schema;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** {@code /v1/models}: the models of the workers that are there. */
final class ModelRoutes {
  private final AdvertisedModels models;

  ModelRoutes(AdvertisedModels models) {
    this.models = models;
  }

  /** A model as OpenAI lists it. */
  record Model(
      String id,
      @Schema(rules = "enum: ['model']") String object,
      @Schema("In seconds since 1970: when the first worker with it came.") long created,
      @JsonProperty("owned_by") String ownedBy,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @Schema(
              "What is recommended for it, by the names of the fields of POST /v1/jobs; taken where"
                  + " a request is silent.")
          @Nullable Map<String, Object> settings) {
    static Model of(AdvertisedModels.Served model) {
      return new Model(
          model.id(), "model", model.since().getEpochSecond(), "demofusion", model.settingsIfAny());
    }
  }

  /** All of them. */
  record ModelList(@Schema(rules = "enum: ['list']") String object, List<Model> data) {
    ModelList {
      data = List.copyOf(data);
    }
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/models", Role.VIEW, call -> list())
            .as(
                OpenAiApi.operation("listModels", "The models of the connected workers.")
                    .answers(200, "The models.", ModelList.class)),
        Endpoint.get("/v1/models/{model}", Role.VIEW, this::find)
            .as(
                OpenAiApi.operation("findModel", "One of them.")
                    .answers(200, "The model.", Model.class)
                    .refuses(404)));
  }

  private Route list() {
    return completeWithFuture(
        models
            .list()
            .thenApply(known -> new ModelList("list", known.stream().map(Model::of).toList()))
            .thenApply(Responses::ok));
  }

  private Route find(Endpoint.Call call) {
    String id = call.pathParam("model");
    return completeWithFuture(
        models
            .list()
            .thenApply(
                known ->
                    AdvertisedModels.meant(known, id)
                        .map(model -> Responses.ok(Model.of(model)))
                        .orElseGet(
                            () ->
                                Responses.json(
                                    StatusCodes.NOT_FOUND,
                                    OpenAiErrors.about(
                                        "model",
                                        "no worker has the model '" + Excerpt.of(id, 80) + "'",
                                        "model_not_found")))));
  }
}
