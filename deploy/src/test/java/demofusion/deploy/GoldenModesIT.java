package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole pictures by the modes' switches (coordinator/docs/modes.md): runs of modes-runs.json:
 * references, first latents, first steps and last latents of every phase.
 */
class GoldenModesIT {
  private static final float TOLERANCE = 2e-4f;
  private static final AssetId TEXT = new AssetId("text");
  private static final DiffusionModel model = TinyModel.load();

  @AfterAll
  static void closeTheModel() {
    model.close();
  }

  static Stream<String> runs() throws IOException {
    return GoldenModesRun.all()
        .map(run -> run.get("name").asText())
        .filter(name -> name.matches("ladder.*|strengths|windows.*"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void equalsTheReferencesLatents(String name) throws IOException {
    JsonNode run = GoldenModesRun.named(name);
    SafetensorsFile golden =
        SafetensorsFile.open(GoldenData.path("modes-runs/" + name + ".safetensors"));

    Map<String, float[]> latents =
        render(GoldenModesRun.spec(run), GoldenModesRun.scheduler(run, model.card().scheduler()));

    assertThat(latents.keySet()).containsAll(golden.names());
    float later = (float) run.path("tolerance").asDouble(TOLERANCE);
    for (String tensor : golden.names()) {
      // What has not been through 8 bits is as near as ever.
      boolean isEarly = tensor.startsWith("phase1.") && !run.has("image");
      assertThat(latents.get(tensor))
          .as(tensor)
          .containsExactly(
              golden.tensor(tensor).values(), Offset.offset(isEarly ? TOLERANCE : later));
    }
  }

  private static Map<String, float[]> render(RenderSpec spec, SchedulerConfig scheduler) {
    RenderPlan plan = RenderPlan.of(spec, model.card().geometry(), scheduler);
    WorkResult.EncodedText text =
        model.encodeText(
            new Work.EncodeText(spec.prompts(), spec.guidance().orStandard().isActive()));
    JobAssets assets = JobAssets.of(text.toConditioning(TEXT));
    Map<String, float[]> latents = new TreeMap<>();
    Render render = begin(plan, latents);
    while (!render.isDone()) {
      String phase = "phase" + render.phase().number();
      betweenPhases(render, latents);
      int step = render.step();
      boolean isFirst = step == plan.firstStep(render.phase());
      if (isFirst) {
        keep(latents, phase + ".start", render);
      }
      Timestep timestep = render.openTimestep();
      for (ViewBatch batch : timestep.batches()) {
        timestep.accept(
            batch.index(), model.predictNoise(timestep.work(batch, view -> TEXT), assets).noise());
      }
      PhaseResult result = render.closeTimestep(timestep).orElse(null);
      if (result != null) {
        latents.put(phase + ".final", result.latent().samples());
      }
      if (isFirst) {
        Latent after = result == null ? latent(render) : result.latent();
        latents.put(phase + ".step" + step, after.samples().clone());
      }
    }
    return latents;
  }

  private static Render begin(RenderPlan plan, Map<String, float[]> latents) {
    SourcePicture source = plan.spec().source();
    if (source == null) {
      return Render.begin(plan);
    }
    Render render =
        Render.begin(
            plan, model.encodePicture(new Work.EncodePicture(source.pixels())), new HeapStorage());
    latents.put("encoded", render.state().tensor("encoded").toTensor().values());
    return render;
  }

  private static void keep(Map<String, float[]> latents, String name, Render render) {
    latents.put(name, latent(render).samples().clone());
  }

  private static Latent latent(Render render) {
    return Latent.of(render.state().tensor("latent").toTensor());
  }

  private static void betweenPhases(Render render, Map<String, float[]> latents) {
    if (render.awaitsPicture()) {
      render.show(picture(render.previous()));
    }
  }

  private static PhasePicture picture(Latent latent) {
    float[] planes =
        model
            .decode(
                new Work.DecodeLatent(
                    new Tensor(
                        new int[] {
                          latent.channels(), latent.extent().height(), latent.extent().width()
                        },
                        latent.samples()),
                    AssetId.NONE,
                    1),
                null)
            .pixels()
            .values();
    int factor = model.card().geometry().vaeScaleFactor();
    PixelExtent extent = latent.extent().toPixels(factor);
    int area = extent.width() * extent.height();
    byte[] rgb = new byte[3 * area];
    for (int n = 0; n < rgb.length; n++) {
      rgb[n] = (byte) Math.rint(255f * planes[n % 3 * area + n / 3]);
    }
    return PhasePicture.of(extent, rgb);
  }
}
