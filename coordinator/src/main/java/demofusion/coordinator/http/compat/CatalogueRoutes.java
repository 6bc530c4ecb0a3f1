package demofusion.coordinator.http.compat;

import static demofusion.coordinator.http.compat.StableDiffusionApi.operation;
import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.management.OperatingSystemMXBean;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.Samplers.Sampler;
import demofusion.coordinator.http.compat.Samplers.Scheduler;
import demofusion.protocol.api.PresetView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.Schema;
import demofusion.protocol.api.request.Preset;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/**
 * What there is to choose from. Clients ask for all of these lists when they start; those of things
 * that are not here are empty.
 */
final class CatalogueRoutes {
  static final String ALL = "What there is.";

  private static final List<String> EMPTY =
      List.of(
          "sd-vae",
          "hypernetworks",
          "face-restorers",
          "realesrgan-models",
          "prompt-styles",
          "latent-upscale-modes",
          "extensions",
          "sd-modules");

  /** What WebUI does with its one model's memory; workers see to theirs themselves. */
  private static final List<String> NOTHING_TO_DO =
      List.of(
          "refresh-checkpoints",
          "refresh-vae",
          "refresh-loras",
          "refresh-lycos",
          "reload-checkpoint",
          "unload-checkpoint");

  private final AdvertisedModels models;
  private final AdvertisedPresets presets;

  CatalogueRoutes(AdvertisedModels models, AdvertisedPresets presets) {
    this.models = models;
    this.presets = presets;
  }

  /** A model as WebUI lists it. */
  record Checkpoint(
      String title,
      @JsonProperty("model_name") String name,
      String hash,
      String sha256,
      String filename,
      @Nullable String config,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @Schema(
              "What is recommended for it, by the names of the fields of POST /v1/jobs; taken where"
                  + " a request is silent.")
          @Nullable Map<String, Object> settings) {
    static Checkpoint of(AdvertisedModels.Served model) {
      return new Checkpoint(
          model.title(),
          model.id(),
          model.shortHash(),
          model.hash(),
          model.name(),
          null,
          model.settingsIfAny());
    }
  }

  /** An upscaler as WebUI lists it. */
  record Upscaler(
      String name,
      @JsonProperty("model_name") @Nullable String modelName,
      @JsonProperty("model_path") @Nullable String modelPath,
      @JsonProperty("model_url") @Nullable String modelUrl,
      double scale,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @Schema(
              "What the preset is, and what it takes for a picture of the model's own settings.")
          @Nullable PresetView preset) {}

  /** A script as WebUI lists it. */
  record Script(
      String name,
      @JsonProperty("is_alwayson") boolean isAlwaysOn,
      @JsonProperty("is_img2img") boolean isImg2Img,
      List<DemofusionSettings.Setting> args) {
    Script {
      args = List.copyOf(args);
    }
  }

  /** Names of scripts, by what they can be used with. */
  record Scripts(List<String> txt2img, List<String> img2img) {
    Scripts {
      txt2img = List.copyOf(txt2img);
      img2img = List.copyOf(img2img);
    }
  }

  /** Of this machine, and of the GPU that it has not. */
  record Memory(Map<String, Object> ram, Map<String, Object> cuda) {}

  List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.add(list("samplers", "The samplers.", Sampler.class, Samplers.samplers()));
    endpoints.add(
        list("schedulers", "The noise schedules.", Scheduler.class, Samplers.schedulers()));
    endpoints.add(
        Endpoint.get("/sdapi/v1/upscalers", Role.VIEW, call -> upscalers())
            .as(
                operation(
                        "upscalers",
                        "Upscalers: the presets, as hr_upscaler takes them. POST /v1/presets says"
                            + " what each would take for a request.")
                    .answersList(200, ALL, Upscaler.class)));
    endpoints.add(
        fixed("cmd-flags", Map.of("api", true, "listen", false))
            .as(operation("cmd-flags", "Flags that clients read.").answers(200, ALL, Map.class)));
    List<String> scripts = AlwaysOnScripts.TITLES;
    endpoints.add(one("scripts", "Names of scripts.", new Scripts(scripts, scripts)));
    endpoints.add(
        list(
            "script-info",
            "The arguments of our own script, in positional order.",
            Script.class,
            List.of(script(false), script(true))));
    EMPTY.forEach(
        name -> endpoints.add(list(name, "Empty: there are none here.", Map.class, List.of())));
    endpoints.add(
        Endpoint.get("/sdapi/v1/sd-models", Role.VIEW, call -> checkpoints())
            .as(
                operation("sd-models", "The models of the connected workers.")
                    .answersList(200, ALL, Checkpoint.class)));
    endpoints.add(
        Endpoint.get("/sdapi/v1/memory", Role.VIEW, call -> complete(Responses.ok(memory())))
            .as(
                operation("memory", "The coordinator's memory; the networks are on the workers.")
                    .answers(200, ALL, Memory.class)));
    for (String name : NOTHING_TO_DO) {
      endpoints.add(
          Endpoint.post(
                  "/sdapi/v1/" + name,
                  Role.VIEW,
                  call -> complete(Responses.ok(JsonNodeFactory.instance.nullNode())))
              .changingNothing()
              .as(
                  operation(name, "Does nothing: workers manage their models themselves.")
                      .answers(200, "Done.", Void.class)));
    }
    return endpoints;
  }

  private static Endpoint list(String name, String summary, Class<?> of, List<?> values) {
    return fixed(name, values).as(operation(name, summary).answersList(200, ALL, of));
  }

  private static Endpoint one(String name, String summary, Record value) {
    return fixed(name, value).as(operation(name, summary).answers(200, ALL, value.getClass()));
  }

  private static Endpoint fixed(String name, Object value) {
    return Endpoint.get("/sdapi/v1/" + name, Role.VIEW, call -> complete(Responses.ok(value)));
  }

  /** To WebUI's users it is the upscaler that says how a picture grows. */
  private Route upscalers() {
    return completeWithFuture(
        presets
            .list(null)
            .thenApply(
                known -> {
                  List<Upscaler> upscalers = new ArrayList<>();
                  upscalers.add(new Upscaler("None", null, null, null, 4, null));
                  for (PresetView preset : known) {
                    String title = Preset.parse(preset.name()).title();
                    upscalers.add(new Upscaler(title, null, null, null, 4, preset));
                  }
                  return Responses.ok(upscalers);
                }));
  }

  private static Script script(boolean isFromPicture) {
    return new Script(DemofusionSettings.SCRIPT, true, isFromPicture, DemofusionSettings.ALL);
  }

  private Route checkpoints() {
    return completeWithFuture(
        models
            .list()
            .thenApply(known -> Responses.ok(known.stream().map(Checkpoint::of).toList())));
  }

  /** The coordinator's; the networks are on other machines. */
  private static Memory memory() {
    long free = 0;
    long total = 0;
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      free = system.getFreeMemorySize();
      total = system.getTotalMemorySize();
    }
    return new Memory(
        Map.of("free", free, "used", total - free, "total", total),
        Map.of("error", "unavailable: models are loaded on the workers, see /v1/workers"));
  }
}
