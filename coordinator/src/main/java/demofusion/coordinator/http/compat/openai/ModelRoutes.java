package demofusion.coordinator.http.compat.openai;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.AdvertisedModels;
import demofusion.coordinator.http.compat.AdvertisedPresets;
import demofusion.protocol.Excerpt;
import demofusion.protocol.api.PresetView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.Schema;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** {@code /v1/models}: the models of the workers that are there. */
final class ModelRoutes {
  private final AdvertisedModels models;
  private final AdvertisedPresets presets;

  ModelRoutes(AdvertisedModels models, AdvertisedPresets presets) {
    this.models = models;
    this.presets = presets;
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
          @Nullable Map<String, Object> settings,
      @Schema(
              "The presets that an image request may name, each with what it takes for a picture of"
                  + " the model's own settings.")
          List<PresetView> presets) {
    Model {
      presets = List.copyOf(presets);
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
            .thenCompose(this::described)
            .thenApply(all -> Responses.ok(new ModelList("list", all))));
  }

  private Route find(Endpoint.Call call) {
    String id = call.pathParam("model");
    return completeWithFuture(
        models
            .list()
            .thenCompose(known -> described(AdvertisedModels.meant(known, id).stream().toList()))
            .thenApply(
                meant ->
                    meant.stream()
                        .findFirst()
                        .map(Responses::ok)
                        .orElseGet(
                            () ->
                                Responses.json(
                                    StatusCodes.NOT_FOUND,
                                    OpenAiErrors.about(
                                        "model",
                                        "no worker has the model '" + Excerpt.of(id, 80) + "'",
                                        "model_not_found")))));
  }

  /** One after the other: there are few, and each is planned for. */
  private CompletionStage<List<Model>> described(List<AdvertisedModels.Served> known) {
    CompletionStage<List<Model>> all = CompletableFuture.completedFuture(List.of());
    for (AdvertisedModels.Served model : known) {
      all =
          all.thenCompose(
              before ->
                  presets
                      .list(model.id())
                      .thenApply(
                          offered ->
                              Stream.concat(before.stream(), Stream.of(described(model, offered)))
                                  .toList()));
    }
    return all;
  }

  private static Model described(AdvertisedModels.Served model, List<PresetView> presets) {
    return new Model(
        model.id(),
        "model",
        model.since().getEpochSecond(),
        "demofusion",
        model.settingsIfAny(),
        presets);
  }
}
