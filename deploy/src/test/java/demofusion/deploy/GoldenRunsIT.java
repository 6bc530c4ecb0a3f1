package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.FusionSettings;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole pictures against the authors' pipeline: every run of runs.json, latents after every phase
 * (spec, golden/README.md).
 */
class GoldenRunsIT {
  private static final float TOLERANCE = 2e-4f;
  private static final AssetId TEXT = new AssetId("text");
  private static final DiffusionModel model = TinyModel.load();

  @AfterAll
  static void closeTheModel() {
    model.close();
  }

  static Stream<String> runs() throws IOException {
    JsonNode runs = new ObjectMapper().readTree(GoldenData.path("runs.json").toFile());
    return StreamSupport.stream(runs.spliterator(), false).map(run -> run.get("name").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void equalsTheReferencesLatents(String name) throws IOException {
    SafetensorsFile golden = SafetensorsFile.open(GoldenData.path("runs/" + name + ".safetensors"));
    RenderSpec spec = spec(run(name), golden);

    List<PhaseResult> results =
        render(RenderPlan.of(spec, model.card().geometry(), scheduler(run(name))));

    for (PhaseResult result : results) {
      float[] wanted = golden.tensor("phase" + result.phase().number() + ".final").values();
      assertThat(result.latent().samples())
          .as("phase %d", result.phase().number())
          .containsExactly(wanted, Offset.offset(TOLERANCE));
    }
    assertThat(golden.names()).doesNotContain("phase" + (results.size() + 1) + ".final");
  }

  private static List<PhaseResult> render(RenderPlan plan) {
    RenderSpec spec = plan.spec();
    WorkResult.EncodedText text =
        model.encodeText(
            new Work.EncodeText(spec.prompts(), spec.guidance().orStandard().isActive()));
    JobAssets assets = JobAssets.of(text.toConditioning(TEXT));
    SourcePicture source = spec.source();
    Render render =
        source == null
            ? Render.begin(plan)
            : Render.begin(
                plan,
                model.encodePicture(new Work.EncodePicture(source.pixels())),
                new HeapStorage());
    return render.run(
        (timestep, batch) ->
            model.predictNoise(timestep.work(batch, prompt -> TEXT), assets).noise());
  }

  private static JsonNode run(String name) throws IOException {
    for (JsonNode run : new ObjectMapper().readTree(GoldenData.path("runs.json").toFile())) {
      if (run.get("name").asText().equals(name)) {
        return run;
      }
    }
    throw new IllegalArgumentException(name);
  }

  /** The folder's, or the file that a run had in its place. */
  private static SchedulerConfig scheduler(JsonNode run) {
    return run.path("scheduler").isObject()
        ? SchedulerConfig.fromJson(
            new ObjectMapper()
                .convertValue(run.get("scheduler"), new TypeReference<Map<String, Object>>() {}))
        : model.card().scheduler();
  }

  private static RenderSpec spec(JsonNode run, SafetensorsFile golden) {
    return GoldenRequest.of(run)
        .scheduler(run.path("scheduler").isTextual() ? SchedulerKind.DDIM : null)
        .unit(ViewBatchSize.ofViews(run.path("view_batch").asInt(16)))
        .fusion(
            new FusionSettings(
                run.path("sigma").asDouble(0.8),
                run.path("cosine_scale_1").asDouble(3),
                run.path("cosine_scale_2").asDouble(1),
                run.path("cosine_scale_3").asDouble(1)))
        .source(source(golden))
        .referenceOddities(run.path("compat").asText("").equals("reference"))
        .build();
  }

  private static @Nullable SourcePicture source(SafetensorsFile golden) {
    if (!golden.names().contains("image_lr")) {
      return null;
    }
    Tensor pixels = golden.tensor("image_lr"); // (1, 3, height, width)
    return new SourcePicture(
        new Tensor(Arrays.copyOfRange(pixels.shape(), 1, 4), pixels.values()), 1);
  }
}
