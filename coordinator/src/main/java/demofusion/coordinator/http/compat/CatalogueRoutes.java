package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.management.OperatingSystemMXBean;
import demofusion.coordinator.http.Answers;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Role;
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
  private static final List<String> EMPTY =
      List.of(
          "sd-vae",
          "loras",
          "hypernetworks",
          "face-restorers",
          "realesrgan-models",
          "prompt-styles",
          "latent-upscale-modes");

  /** What WebUI does with its one model's memory; workers see to theirs themselves. */
  private static final List<String> NOTHING_TO_DO =
      List.of(
          "refresh-checkpoints",
          "refresh-vae",
          "refresh-loras",
          "reload-checkpoint",
          "unload-checkpoint");

  private final ServedModels models;

  CatalogueRoutes(ServedModels models) {
    this.models = models;
  }

  /** A model as WebUI lists it. */
  record Checkpoint(
      String title,
      @JsonProperty("model_name") String name,
      String hash,
      String sha256,
      String filename,
      @Nullable String config) {
    static Checkpoint of(ServedModels.Served model) {
      return new Checkpoint(
          model.title(), model.id(), model.shortHash(), model.hash(), model.name(), null);
    }
  }

  /** An upscaler as WebUI lists it. */
  record Upscaler(
      String name,
      @JsonProperty("model_name") @Nullable String modelName,
      @JsonProperty("model_path") @Nullable String modelPath,
      @JsonProperty("model_url") @Nullable String modelUrl,
      double scale) {}

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

  List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.add(fixed("samplers", Samplers.samplers()));
    endpoints.add(fixed("schedulers", Samplers.schedulers()));
    endpoints.add(fixed("upscalers", List.of(new Upscaler("None", null, null, null, 4))));
    endpoints.add(fixed("embeddings", Map.of("loaded", Map.of(), "skipped", Map.of())));
    endpoints.add(fixed("cmd-flags", Map.of("api", true, "listen", false)));
    List<String> scripts = List.of(DemofusionSettings.SCRIPT);
    endpoints.add(fixed("scripts", Map.of("txt2img", scripts, "img2img", scripts)));
    endpoints.add(fixed("script-info", List.of(script(false), script(true))));
    EMPTY.forEach(name -> endpoints.add(fixed(name, List.of())));
    endpoints.add(Endpoint.get("/sdapi/v1/sd-models", Role.VIEW, call -> checkpoints()));
    endpoints.add(
        Endpoint.get("/sdapi/v1/memory", Role.VIEW, call -> complete(Answers.ok(memory()))));
    for (String name : NOTHING_TO_DO) {
      endpoints.add(
          Endpoint.post(
              "/sdapi/v1/" + name,
              Role.VIEW,
              call -> complete(Answers.ok(JsonNodeFactory.instance.nullNode()))));
    }
    return endpoints;
  }

  private static Endpoint fixed(String name, Object value) {
    return Endpoint.get("/sdapi/v1/" + name, Role.VIEW, call -> complete(Answers.ok(value)));
  }

  private static Script script(boolean isFromPicture) {
    return new Script(DemofusionSettings.SCRIPT, true, isFromPicture, DemofusionSettings.ALL);
  }

  private Route checkpoints() {
    return completeWithFuture(
        models.list().thenApply(known -> Answers.ok(known.stream().map(Checkpoint::of).toList())));
  }

  /** The coordinator's; the networks are on other machines. */
  private static Map<String, Object> memory() {
    long free = 0;
    long total = 0;
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      free = system.getFreeMemorySize();
      total = system.getTotalMemorySize();
    }
    return Map.of(
        "ram",
        Map.of("free", free, "used", total - free, "total", total),
        "cuda",
        Map.of("error", "unavailable: the networks are on the workers, see /v1/workers"));
  }
}
