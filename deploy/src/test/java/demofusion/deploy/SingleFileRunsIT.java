package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.FolderWriter;
import demofusion.worker.model.folder.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures of models in one file against diffusers', and against the folder made of the file. */
class SingleFileRunsIT {
  private static final Offset<Float> TOLERANCE = Offset.offset(2e-4f);
  private static final AssetId TEXT = new AssetId("text");

  @TempDir Path temp;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "single-sdxl, tiny-sdxl, tiny-sdxl, 128, 8,",
    "single-sd15, tiny-sd15, models/tiny-sd15, 128, 9, ddim",
    "single-sd21-fp8, tiny-sd21-fp8, models/tiny-sd21, 192, 10,"
  })
  void drawsWhatDiffusersDraws_andItsFolderTheSameBits(
      String run, String file, String configs, int side, long seed, @Nullable String scheduler) {
    ModelFolder single =
        ModelFolder.open(
            new ModelSource(
                GoldenData.path("models/single/" + file + ".safetensors").toString(),
                null,
                null,
                GoldenData.path(configs).toString()));
    Path folder = temp.resolve("folder");
    FolderWriter.write(single, folder);

    float[] drawn = draw(single, side, seed, scheduler);

    assertThat(drawn)
        .containsExactly(
            GoldenData.tensors("models/runs/" + run + ".safetensors")
                .tensor("phase1.final")
                .values(),
            TOLERANCE);
    assertThat(draw(ModelFolder.open(ModelSource.of(folder)), side, seed, scheduler))
        .isEqualTo(drawn);
  }

  private static float[] draw(ModelFolder folder, int side, long seed, @Nullable String scheduler) {
    try (DiffusionModel model = folder.load("cpu", Precision.FLOAT32)) {
      RenderSpec spec =
          RenderSpec.of("a lighthouse on a cliff at sunset", seed).toBuilder()
              .size(new PixelExtent(side, side))
              .steps(6)
              .scheduler(scheduler == null ? null : SchedulerKind.parse(scheduler))
              .build();
      WorkResult.EncodedText text = model.encodeText(new Work.EncodeText(spec.prompts(), true));
      JobAssets assets = JobAssets.of(text.toConditioning(TEXT));
      RenderPlan plan = RenderPlan.of(spec, model.card().geometry(), model.card().scheduler());
      List<PhaseResult> results =
          Render.begin(plan)
              .run(
                  (timestep, batch) ->
                      model.predictNoise(timestep.work(batch, prompt -> TEXT), assets).noise());
      return results.get(results.size() - 1).latent().samples();
    }
  }
}
