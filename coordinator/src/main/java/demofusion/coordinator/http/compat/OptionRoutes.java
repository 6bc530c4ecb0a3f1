package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.field.FieldErrors;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.http.compat.webui.IgnoredFields;
import demofusion.protocol.Excerpt;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.request.NewPicture;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The options: which model, and DemoFusion's settings. WebUI's are everyone's; here each caller has
 * his own. Other options are taken without a word, as clients send them all back.
 */
final class OptionRoutes {
  private static final String MODEL = "sd_model_checkpoint";

  private final RequestBodies bodies;
  private final AdvertisedModels models;
  private final CallerOptions options;

  OptionRoutes(RequestBodies bodies, AdvertisedModels models, CallerOptions options) {
    this.bodies = bodies;
    this.models = models;
    this.options = options;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/sdapi/v1/options", Role.VIEW, this::show)
            .as(
                StableDiffusionApi.operation("options", "The caller's options.")
                    .answers(200, "The options.", RequestShapes.Options.class)),
        Endpoint.post("/sdapi/v1/options", Role.SUBMIT, this::set)
            .recordedAs(AuditedAction.OPTIONS)
            .as(
                StableDiffusionApi.operation(
                        "setOptions",
                        "Sets the caller's model and DemoFusion settings until the coordinator"
                            + " ends; other options are accepted and ignored.")
                    .takes(RequestShapes.Options.class)
                    .answers(200, "Done.", Void.class)));
  }

  private Route show(Endpoint.Call call) {
    ObjectNode own = options.of(call.caller());
    return completeWithFuture(models.list().thenApply(known -> Responses.ok(all(own, known))));
  }

  private static ObjectNode all(ObjectNode own, List<AdvertisedModels.Served> known) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    Optional<AdvertisedModels.Served> model =
        own.hasNonNull(MODEL)
            ? AdvertisedModels.meant(known, own.get(MODEL).asText())
            : known.stream().findFirst();
    all.put(MODEL, model.map(AdvertisedModels.Served::title).orElse(null));
    all.put("sd_checkpoint_hash", model.map(AdvertisedModels.Served::hash).orElse(null));
    all.put("sd_vae", "Automatic");
    all.put("samples_format", "png");
    all.put("samples_save", true);
    all.put("enable_pnginfo", true);
    all.put(ClipSkipOption.NAME, 1);
    all.put("live_previews_enable", true);
    for (DemofusionSettings.Setting setting : DemofusionSettings.ALL) {
      all.putPOJO(DemofusionSettings.PREFIX + setting.name(), setting.value());
    }
    own.remove(MODEL);
    all.setAll(own);
    return all;
  }

  private Route set(Endpoint.Call call) {
    return completeWithFuture(
        bodies
            .readGuest(call.request())
            .thenCombine(models.list(), this::checked)
            .thenApply(
                checked -> {
                  options.set(call.caller(), checked);
                  return Responses.ok(JsonNodeFactory.instance.nullNode());
                })
            .exceptionally(FieldErrors::answer));
  }

  /** Those that count here. */
  private ObjectNode checked(JsonNode body, List<AdvertisedModels.Served> known) {
    Fields fields = new Fields(body);
    Optional<String> model = fields.text(MODEL).filter(name -> !IgnoredFields.isNothing(name));
    Optional<Integer> clipSkip = ClipSkipOption.read(fields);
    fields.requireValid();
    ObjectNode checked = JsonNodeFactory.instance.objectNode();
    clipSkip.ifPresent(layers -> checked.put(ClipSkipOption.NAME, layers));
    model.ifPresent(name -> checked.put(MODEL, title(name, known)));
    ObjectNode picture = JsonNodeFactory.instance.objectNode();
    picture.put("prompt", "").put("seed", 0);
    DemofusionSettings.putKnown((ObjectNode) body, DemofusionSettings.PREFIX, picture);
    PictureJobs.jobRequest(bodies.value(picture, NewPicture.class));
    picture.remove(List.of("prompt", "seed"));
    picture
        .properties()
        .forEach(
            entry -> checked.set(DemofusionSettings.PREFIX + entry.getKey(), entry.getValue()));
    return checked;
  }

  private static String title(String name, List<AdvertisedModels.Served> known) {
    return AdvertisedModels.meant(known, name)
        .map(AdvertisedModels.Served::title)
        .orElseThrow(
            () ->
                ApiException.with(
                    StatusCodes.NOT_FOUND,
                    "no worker has the model \"%s\"; available: %s"
                        .formatted(
                            Excerpt.of(name, 80),
                            String.join(
                                ", ",
                                known.stream().map(AdvertisedModels.Served::title).toList()))));
  }
}
