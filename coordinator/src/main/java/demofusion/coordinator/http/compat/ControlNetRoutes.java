package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.script.ControlModules;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.Schema;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.request.condition.ConditionSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * What sd-webui-controlnet's clients ask for when they start: its version, and the models, modules
 * and types of control that there are. Models are the ControlNets and IP-Adapters of the farm's
 * store.
 */
final class ControlNetRoutes {
  private static final int VERSION = 3; // of the extension's API since 2023
  private static final int HASH_DIGITS = 8;
  private static final String NONE = "None";
  private static final String ALL = "All";

  private final ApiContext context;

  ControlNetRoutes(ApiContext context) {
    this.context = context;
  }

  record Version(int version) {}

  record Settings(
      @JsonProperty("control_net_unit_count") @Schema("So many ControlNets draw one image at most.")
          int units) {}

  record Models(
      @JsonProperty("model_list") @Schema("Each as NAME [HASH], as units name them.")
          List<String> models) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Detail(boolean modelFree, List<ControlModules.Slider> sliders) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Modules(List<String> moduleList, Map<String, Detail> moduleDetail) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Type(
      List<String> moduleList, List<String> modelList, String defaultOption, String defaultModel) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Types(Map<String, Type> controlTypes) {}

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(
                "/controlnet/version",
                Role.VIEW,
                call -> complete(Responses.ok(new Version(VERSION))))
            .as(
                StableDiffusionApi.operation(
                        "controlnetVersion", "The version of sd-webui-controlnet's API.")
                    .answers(200, "The version.", Version.class)),
        Endpoint.get(
                "/controlnet/settings",
                Role.VIEW,
                call -> complete(Responses.ok(new Settings(ConditionSettings.MOST_CONTROLS))))
            .as(
                StableDiffusionApi.operation("controlnetSettings", "How many units there may be.")
                    .answers(200, "The number.", Settings.class)),
        Endpoint.get("/controlnet/model_list", Role.VIEW, call -> models())
            .as(
                StableDiffusionApi.operation(
                        "controlnetModels", "The ControlNets and IP-Adapters of the farm's store.")
                    .answers(200, "Their names.", Models.class)),
        Endpoint.get("/controlnet/module_list", Role.VIEW, this::modules)
            .as(
                StableDiffusionApi.operation(
                        "controlnetModules",
                        "The preprocessors that are done here; what others make is brought ready"
                            + " made.")
                    .query("alias_names", "Whether by their labels.", "type: 'boolean'")
                    .answers(200, "Their names.", Modules.class)),
        Endpoint.get("/controlnet/control_types", Role.VIEW, call -> types())
            .as(
                StableDiffusionApi.operation(
                        "controlnetTypes", "Modules and models by what they control.")
                    .answers(200, "The types.", Types.class)));
  }

  private Route models() {
    return completeWithFuture(named().thenApply(Models::new).thenApply(Responses::ok));
  }

  /** The store may be waiting for its disk, so the question waits elsewhere. */
  private CompletionStage<List<String>> named() {
    ModelStore store = context.store();
    return CompletableFuture.supplyAsync(store::list, context.files())
        .thenApply(
            list ->
                Stream.of(LibraryKind.CONTROLNET, LibraryKind.IP_ADAPTER)
                    .flatMap(
                        kind ->
                            list.files().stream()
                                .filter(file -> file.kind().equals(kind.toString())))
                    .map(ControlNetRoutes::title)
                    .toList());
  }

  private static String title(StoredFile file) {
    return file.name() + " [" + file.hash().substring(0, HASH_DIGITS) + "]";
  }

  private Route modules(Endpoint.Call call) {
    boolean byLabel =
        call.request()
            .getUri()
            .query()
            .get("alias_names")
            .filter(text -> text.equalsIgnoreCase("true") || text.equals("1"))
            .isPresent();
    Map<String, Detail> details = new LinkedHashMap<>();
    for (ControlModules.Module module : ControlModules.ALL) {
      details.put(byLabel ? module.label() : module.name(), new Detail(false, module.sliders()));
    }
    return complete(Responses.ok(new Modules(List.copyOf(details.keySet()), details)));
  }

  private Route types() {
    return completeWithFuture(named().thenApply(ControlNetRoutes::types).thenApply(Responses::ok));
  }

  private static Types types(List<String> models) {
    Map<String, Type> types = new LinkedHashMap<>();
    List<String> modules = ControlModules.ALL.stream().map(ControlModules.Module::label).toList();
    types.put(ALL, new Type(modules, withNone(models), "none", NONE));
    ControlModules.TYPES.forEach((name, words) -> types.put(name, type(name, words, models)));
    return new Types(types);
  }

  private static Type type(String name, List<String> words, List<String> all) {
    List<String> models =
        all.stream()
            .filter(model -> words.stream().anyMatch(model.toLowerCase(Locale.ROOT)::contains))
            .toList();
    List<String> modules =
        ControlModules.ALL.stream()
            .filter(module -> module.name().equals("none") || module.types().contains(name))
            .map(ControlModules.Module::label)
            .toList();
    return new Type(
        modules,
        withNone(models),
        modules.get(modules.size() > 1 ? 1 : 0),
        models.isEmpty() ? NONE : models.get(0));
  }

  private static List<String> withNone(List<String> models) {
    List<String> all = new ArrayList<>(List.of(NONE));
    all.addAll(models);
    return all;
  }
}
