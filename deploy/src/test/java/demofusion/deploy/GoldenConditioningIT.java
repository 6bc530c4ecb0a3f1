package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.mixture.RegionWeights;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.image.RegionMasks;
import demofusion.coordinator.render.JobPrompts;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionMask;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.Asset;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole pictures with regions (conditioning section 3) against the reference: runs of
 * conditioning/conditioning.json, the regions' weights and the latents after every phase.
 */
class GoldenConditioningIT {
  private static final float TOLERANCE = 2e-4f;
  private static final float OF_WEIGHTS = 1e-6f;
  private static final Map<String, DiffusionModel> MODELS = new HashMap<>();

  @AfterAll
  static void closeTheModels() {
    MODELS.values().forEach(DiffusionModel::close);
    MODELS.clear();
  }

  static Stream<String> regionRuns() throws IOException {
    return StreamSupport.stream(cases().spliterator(), false)
        .map(run -> run.get("name").asText())
        .filter(name -> name.contains("regions"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("regionRuns")
  void equalsTheReferencesLatents(String name) throws IOException {
    JsonNode run = find(name);
    SafetensorsFile golden = GoldenData.tensors("conditioning/runs/" + name + ".safetensors");
    DiffusionModel model = model(run);
    RenderPlan plan = plan(run, model, ViewBatchSize.ofViews(16));

    List<PhaseResult> results = draw(plan, model);

    for (PhaseResult result : results) {
      String phase = "phase" + result.phase().number();
      assertThat(weights(plan, result))
          .as("%s.weights", phase)
          .containsExactly(golden.tensor(phase + ".weights").values(), Offset.offset(OF_WEIGHTS));
      assertThat(result.latent().samples())
          .as("%s.final", phase)
          .containsExactly(golden.tensor(phase + ".final").values(), Offset.offset(TOLERANCE));
    }
    assertThat(golden.names()).doesNotContain("phase" + (results.size() + 1) + ".final");
  }

  /** How views are put into units is no part of the picture. */
  @ParameterizedTest(name = "{0} views")
  @ValueSource(strings = {"1", "3", "half"})
  void isNearTheReferenceByUnitsOfAnySize(String unit) throws IOException {
    JsonNode run = find("df-regions-2x");
    SafetensorsFile golden = GoldenData.tensors("conditioning/runs/df-regions-2x.safetensors");
    DiffusionModel model = model(run);

    List<PhaseResult> results = draw(plan(run, model, ViewBatchSize.parse(unit)), model);

    assertThat(results.get(1).latent().samples())
        .containsExactly(golden.tensor("phase2.final").values(), Offset.offset(TOLERANCE));
  }

  private static float[] weights(RenderPlan plan, PhaseResult result) {
    RegionWeights weights =
        RegionWeights.of(
            plan.spec().regions(),
            new Dilation(result.phase().extent(), result.phase().dilation()),
            plan.place(),
            plan.geometry().nativeSide() / 4.0);
    int area = result.phase().extent().area();
    float[] all = new float[weights.prompts() * area];
    for (int prompt = 0; prompt < weights.prompts(); prompt++) {
      System.arraycopy(weights.of(prompt), 0, all, prompt * area, area);
    }
    return all;
  }

  private static List<PhaseResult> draw(RenderPlan plan, DiffusionModel model) {
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

  private static RenderPlan plan(JsonNode run, DiffusionModel model, ViewBatchSize unit)
      throws IOException {
    RenderSpec spec =
        GoldenRequest.of(run)
            .scheduler(
                SchedulerKind.parse(
                    run.get("scheduler").asText().startsWith("D") ? "ddim" : "euler"))
            .unit(unit)
            .method(RenderMethod.DEMOFUSION)
            .regions(regions(run))
            .build();
    return RenderPlan.of(RegionMasks.read(spec), model.card().geometry(), model.card().scheduler());
  }

  private static RegionSettings regions(JsonNode run) throws IOException {
    List<Region> regions = new ArrayList<>();
    for (JsonNode region : run.path("regions")) {
      regions.add(
          new Region(
              area(region.path("rect")),
              mask(region.path("mask")),
              region.get("prompt").asText(),
              region.hasNonNull("negative_prompt") ? region.get("negative_prompt").asText() : null,
              region.has("weight") ? region.get("weight").asDouble() : null,
              region.has("rect") ? region.path("feather").asDouble(0) : null));
    }
    return new RegionSettings(regions, run.path("base_weight").asDouble(0));
  }

  private static @Nullable RegionRectangle area(JsonNode sides) {
    return sides.isArray()
        ? new RegionRectangle(
            sides.get(0).asDouble(),
            sides.get(1).asDouble(),
            sides.get(2).asDouble(),
            sides.get(3).asDouble())
        : null;
  }

  private static @Nullable RegionMask mask(JsonNode file) throws IOException {
    return file.isTextual()
        ? RegionMask.of(Files.readAllBytes(GoldenData.path("conditioning/" + file.asText())))
        : null;
  }

  private static DiffusionModel model(JsonNode run) {
    return MODELS.computeIfAbsent(
        run.get("base").asText(),
        base ->
            ModelFolder.open(
                    ModelSource.of(
                        base.equals("sdxl")
                            ? GoldenData.tinySdxl()
                            : GoldenData.path("models/tiny-" + base)))
                .load("cpu", Precision.FLOAT32));
  }

  private static JsonNode find(String name) throws IOException {
    return StreamSupport.stream(cases().spliterator(), false)
        .filter(run -> run.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode cases() throws IOException {
    return new ObjectMapper()
        .readTree(GoldenData.path("conditioning/conditioning.json").toFile())
        .get("runs");
  }
}
