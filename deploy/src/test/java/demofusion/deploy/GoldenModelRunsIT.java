package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.JobPrompts;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderMethod;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Whole pictures with the models that people have, against diffusers and the authors' pipeline:
 * runs of models/models.json, latents after every phase.
 */
class GoldenModelRunsIT {
  private static final float TOLERANCE = 2e-4f;

  /** By made-up hashes. */
  private static final Map<String, String> EMBEDDINGS =
      Map.of("1".repeat(64), "mycat", "2".repeat(64), "mydog", "3".repeat(64), "dragon");

  /** Runs by their names. */
  static final List<String> RUNS =
      List.of(
          "sd15-native-ddim",
          "sd15-native-landscape",
          "sd15-native-dpmpp",
          "sd21-native",
          "sd21-native-euler",
          "sd21-native-rescale",
          "df-sd15-2x",
          "df-sd15-3x-euler",
          "df-sd15-portrait-2x",
          "df-sd21-2x",
          "df-sd21-landscape-2x-euler",
          "df-sd21-rescale",
          "sd15-clip-skip",
          "sdxl-clip-skip",
          "prompt-weights",
          "prompt-long",
          "prompt-break-long-negative",
          "prompt-no-negative",
          "prompt-sd15",
          "prompt-sd21",
          "prompt-schedule",
          "prompt-schedule-sd15",
          "embedding-sd15",
          "embedding-sdxl",
          "embedding-diffusers",
          "df-prompts-2x");

  /** Those that a run has asked for, by their bases. */
  private static final Map<String, DiffusionModel> MODELS = new HashMap<>();

  @AfterAll
  static void closeTheModels() {
    MODELS.values().forEach(DiffusionModel::close);
    MODELS.clear();
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("RUNS")
  void equalsTheReferencesLatents(String name) throws IOException {
    JsonNode run = run(name);
    SafetensorsFile golden = GoldenData.tensors("models/runs/" + name + ".safetensors");

    List<PhaseResult> results = render(run);

    for (PhaseResult result : results) {
      float[] wanted = golden.tensor("phase" + result.phase().number() + ".final").values();
      assertThat(result.latent().samples())
          .as("phase %d", result.phase().number())
          .containsExactly(wanted, Offset.offset(TOLERANCE));
    }
    assertThat(golden.names()).doesNotContain("phase" + (results.size() + 1) + ".final");
  }

  private static List<PhaseResult> render(JsonNode run) {
    DiffusionModel model =
        MODELS.computeIfAbsent(run.get("base").asText(), GoldenModelRunsIT::load);
    RenderPlan plan =
        RenderPlan.of(spec(run), model.card().geometry(), scheduler(run, model.card().scheduler()));
    RenderSpec spec = plan.spec();
    JobPrompts prompts = new JobPrompts(spec, plan.steps());
    List<WorkResult.EncodedText> texts = prompts.work().stream().map(model::encodeText).toList();
    JobAssets assets =
        JobAssets.of(prompts.conditionings(texts).toArray(Asset.Conditioning[]::new));
    return Render.begin(plan)
        .run(
            (timestep, batch) ->
                model
                    .predictNoise(
                        timestep.work(batch, view -> prompts.at(timestep.step())), assets)
                    .noise());
  }

  private static DiffusionModel load(String base) {
    Path folder =
        base.equals("sdxl") ? GoldenData.tinySdxl() : GoldenData.path("models/tiny-" + base);
    return ModelFolder.open(ModelSource.of(folder))
        .load(
            "cpu",
            Precision.FLOAT32,
            hash ->
                GoldenData.path("models/embeddings/" + EMBEDDINGS.get(hash) + ".safetensors"));
  }

  private static JsonNode run(String name) throws IOException {
    JsonNode cases = new ObjectMapper().readTree(GoldenData.path("models/models.json").toFile());
    for (JsonNode run : cases.get("runs")) {
      if (run.get("name").asText().equals(name)) {
        return run;
      }
    }
    throw new IllegalArgumentException(name);
  }

  /** The folder's, the folder's with another class, or a whole configuration in its place. */
  private static SchedulerConfig scheduler(JsonNode run, SchedulerConfig folders) {
    JsonNode wanted = run.path("scheduler");
    if (wanted.isObject()) {
      return SchedulerConfig.fromJson(
          new ObjectMapper().convertValue(wanted, new TypeReference<Map<String, Object>>() {}));
    }
    if (wanted.isTextual()) {
      Map<String, Object> values = new HashMap<>(folders.values());
      values.put("_class_name", wanted.asText());
      return SchedulerConfig.fromJson(values);
    }
    return folders;
  }

  private static RenderSpec spec(JsonNode run) {
    String negative =
        run.hasNonNull("negative_prompt") ? run.get("negative_prompt").asText() : null;
    boolean inOneGo = run.get("by").asText().equals("diffusers");
    return RenderSpec.of("", run.get("seed").asLong()).toBuilder()
        .prompts(new Prompts(run.get("prompt").asText(), null, negative, null))
        .size(new PixelExtent(run.get("width").asInt(), run.get("height").asInt()))
        .steps(run.get("steps").asInt())
        .guidance(
            new Guidance(
                (float) run.get("guidance").asDouble(),
                (float) run.path("guidance_rescale").asDouble(0)))
        .clipSkip(run.has("clip_skip") ? run.get("clip_skip").asInt() : null)
        .stride(run.has("stride") ? run.get("stride").asInt() : null)
        .unit(ViewBatchSize.ofViews(16))
        .method(inOneGo ? RenderMethod.DIRECT : RenderMethod.DEMOFUSION)
        .promptSyntax(run.has("syntax") ? PromptSyntax.WEIGHTED : PromptSyntax.PLAIN)
        .additions(Additions.NONE.withEmbeddings(embeddings(run)))
        .build();
  }

  private static List<EmbeddingUse> embeddings(JsonNode run) {
    List<EmbeddingUse> uses = new ArrayList<>();
    for (JsonNode embedding : run.path("embeddings")) {
      String file = embedding.get("file").asText();
      EMBEDDINGS.forEach(
          (hash, name) -> {
            if (file.endsWith("/" + name + ".safetensors")) {
              uses.add(new EmbeddingUse(name, hash));
            }
          });
    }
    return uses;
  }
}
