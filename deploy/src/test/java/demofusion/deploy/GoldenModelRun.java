package demofusion.deploy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.JobPrompts;
import demofusion.protocol.GoldenData;
import demofusion.protocol.Sha256;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.Asset;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One whole picture of models/models.json (golden/models, README.md), as a request of ours. */
final class GoldenModelRun {
  /** All LoRAs and embeddings of the golden data. */
  private static final Map<String, Path> BY_HASH = files();

  static final AdditionFiles FILES = hash -> Objects.requireNonNull(BY_HASH.get(hash), hash);

  private final JsonNode run;

  GoldenModelRun(JsonNode run) {
    this.run = run;
  }

  ModelSource model() {
    String base = run.get("base").asText();
    Path folder =
        base.equals("sdxl") ? GoldenData.tinySdxl() : GoldenData.path("models/tiny-" + base);
    return run.has("single")
        ? new ModelSource(
            GoldenData.path("models/" + run.get("single").asText()).toString(),
            null,
            null,
            folder.toString())
        : ModelSource.of(folder);
  }

  List<PhaseResult> draw(DiffusionModel model) {
    RenderPlan plan =
        RenderPlan.of(spec(), model.card().geometry(), scheduler(model.card().scheduler()));
    JobPrompts prompts = new JobPrompts(plan.spec(), plan.steps());
    JobAssets assets =
        JobAssets.of(
            prompts
                .conditionings(prompts.work().stream().map(model::encodeText).toList())
                .toArray(Asset[]::new));
    return Render.begin(plan)
        .run(
            (timestep, batch) ->
                model
                    .predictNoise(
                        timestep.work(batch, prompt -> prompts.at(timestep.step(), prompt)), assets)
                    .noise());
  }

  private RenderSpec spec() {
    boolean inOneGo = run.get("by").asText().equals("diffusers");
    return RenderSpec.of("", run.get("seed").asLong()).toBuilder()
        .prompts(new Prompts(run.get("prompt").asText(), null, text("negative_prompt"), null))
        .promptSyntax(run.has("syntax") ? PromptSyntax.WEIGHTED : PromptSyntax.PLAIN)
        .additions(new Additions(loras(), embeddings()))
        .clipSkip(run.has("clip_skip") ? run.get("clip_skip").asInt() : null)
        .size(new PixelExtent(run.get("width").asInt(), run.get("height").asInt()))
        .steps(run.get("steps").asInt())
        .guidance(
            new Guidance(
                (float) run.get("guidance").asDouble(),
                (float) run.path("guidance_rescale").asDouble(0)))
        .scheduler(bySolver() ? SchedulerKind.parse(run.get("solver").asText()) : null)
        .stride(run.has("stride") ? run.get("stride").asInt() : null)
        .unit(ViewBatchSize.ofViews(16))
        .method(inOneGo ? RenderMethod.DIRECT : RenderMethod.DEMOFUSION)
        .build();
  }

  private @Nullable String text(String key) {
    return run.hasNonNull(key) ? run.get(key).asText() : null;
  }

  /** Whether a name of ours says the same as the configuration; EDM has none that people give. */
  private boolean bySolver() {
    return run.has("solver") && !run.get("solver").asText().startsWith("edm");
  }

  /** The folder's, the folder's with another class, or a whole configuration in its place. */
  private SchedulerConfig scheduler(SchedulerConfig folders) {
    JsonNode wanted = run.path("scheduler");
    if (bySolver() || wanted.isMissingNode()) {
      return folders;
    }
    if (wanted.isObject()) {
      return SchedulerConfig.fromJson(
          new ObjectMapper().convertValue(wanted, new TypeReference<Map<String, Object>>() {}));
    }
    Map<String, Object> values = new HashMap<>(folders.values());
    values.put("_class_name", wanted.asText());
    return SchedulerConfig.fromJson(values);
  }

  private List<LoraUse> loras() {
    List<LoraUse> loras = new ArrayList<>();
    for (JsonNode lora : run.path("loras")) {
      double weight = lora.get("weight").asDouble();
      loras.add(
          new LoraUse(
              lora.get("file").asText(),
              hash(GoldenData.path("models/" + lora.get("file").asText())),
              weight,
              lora.path("text_weight").asDouble(weight)));
    }
    return loras;
  }

  private List<EmbeddingUse> embeddings() {
    List<EmbeddingUse> embeddings = new ArrayList<>();
    for (JsonNode embedding : run.path("embeddings")) {
      embeddings.add(
          new EmbeddingUse(
              embedding.get("name").asText(),
              hash(GoldenData.path("models/" + embedding.get("file").asText()))));
    }
    return embeddings;
  }

  private static Map<String, Path> files() {
    Map<String, Path> files = new HashMap<>();
    for (String folder : List.of("models/lora", "models/embeddings")) {
      try (Stream<Path> entries = Files.list(GoldenData.path(folder))) {
        entries.forEach(file -> files.put(hash(file), file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  private static String hash(Path file) {
    try {
      return HexFormat.of().formatHex(Sha256.of(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
