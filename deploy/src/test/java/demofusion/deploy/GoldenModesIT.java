package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.ReferenceEncoding;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.scheduler.Schedulers;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.api.request.method.RenderMethod;
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
import java.util.Objects;
import java.util.Optional;
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
  private static final float OF_BEGINNINGS = 3; // times the tolerance of a phase's end
  private static final AssetId TEXT = new AssetId("text");
  private static final DiffusionModel model = TinyModel.load();

  @AfterAll
  static void closeTheModel() {
    model.close();
  }

  static Stream<String> runs() throws IOException {
    return GoldenModesRun.all()
        .map(run -> run.get("name").asText())
        .filter(name -> !name.startsWith("sr-"));
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
    for (String tensor : golden.names()) {
      assertThat(latents.get(tensor))
          .as(tensor)
          .containsExactly(golden.tensor(tensor).values(), Offset.offset(tolerance(run, tensor)));
    }
  }

  /**
   * Before a picture in 8 bits all is as near as ever. A pixel that rounds the other way moves the
   * latent that it is encoded to, and the solver's steps smooth that again.
   */
  private static float tolerance(JsonNode run, String tensor) {
    boolean isEarly = tensor.startsWith("phase1.") && !run.has("image");
    if (isEarly || !run.has("tolerance")) {
      return TOLERANCE;
    }
    float ofEnds = (float) run.get("tolerance").asDouble();
    return tensor.endsWith(".final") ? ofEnds : OF_BEGINNINGS * ofEnds;
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
      latents.putAll(begin(render, phase));
      int step = render.step();
      boolean isFirst = step == plan.firstStep(render.phase());
      float shown = toShown(plan, render);
      if (isFirst) {
        latents.put(phase + ".start", scaled(latent(render), shown));
      }
      Timestep timestep = render.openTimestep();
      for (ViewBatch batch : timestep.batches()) {
        timestep.accept(
            batch.index(), model.predictNoise(timestep.work(batch, prompt -> TEXT), assets).noise());
      }
      Optional<PhaseResult> result = render.closeTimestep(timestep);
      Latent after = result.map(PhaseResult::latent).orElseGet(() -> latent(render));
      result.ifPresent(ended -> latents.put(phase + ".final", ended.latent().samples()));
      if (isFirst) {
        latents.put(
            phase + (inverts(plan, timestep) ? ".start" : ".step" + step), scaled(after, 1));
      }
    }
    return latents;
  }

  /** Whether a timestep is fast mode's inversion, whose end the golden runs call a start. */
  private static boolean inverts(RenderPlan plan, Timestep timestep) {
    return plan.spec().method() == RenderMethod.FAST
        && timestep.phase().number() > 1
        && plan.spec().methodSettings().fast().inversionOrStandard() == Inversion.DDIM;
  }

  /** The golden runs have x_K always as the model sees it; here a solver has it in its own way. */
  private static float toShown(RenderPlan plan, Render render) {
    boolean isFast = plan.spec().method() == RenderMethod.FAST && render.phase().number() > 1;
    FastSettings fast = plan.resolved().methodSettings().fast();
    return isFast && fast.stepsOrStandard() > 1
        ? Schedulers.refining(
                plan.scheduler(),
                Objects.requireNonNullElse(fast.scheduler(), plan.scheduler().kind()),
                fast.stepsOrStandard(),
                Objects.requireNonNull(fast.timestep()),
                null)
            .inputScale(0)
        : 1;
  }

  private static float[] scaled(Latent latent, float scale) {
    float[] samples = latent.samples().clone();
    for (int n = 0; n < samples.length; n++) {
      samples[n] *= scale;
    }
    return samples;
  }

  private static Render begin(RenderPlan plan, Map<String, float[]> latents) {
    SourcePicture source = plan.spec().source();
    if (source == null) {
      return Render.begin(plan);
    }
    Render render =
        Render.begin(
            plan, model.encodePicture(new Work.EncodePicture(source.pixels())), new HeapStorage());
    String encoded = render.encoding().isPresent() ? "latent" : "encoded";
    latents.put("encoded", render.state().tensor(encoded).toTensor().values());
    return render;
  }

  private static Latent latent(Render render) {
    return Latent.of(render.state().tensor("latent").toTensor());
  }

  /** Begins a phase that needs a picture; what it needed of the encoder is its reference. */
  private static Map<String, float[]> begin(Render render, String phase) {
    if (render.awaitsPicture()) {
      render.show(picture(render.previous()));
    }
    ReferenceEncoding encoding = render.encoding().orElse(null);
    if (encoding == null) {
      return Map.of();
    }
    for (int window = 0; window < encoding.count(); window++) {
      encoding.accept(window, model.encodePicture(encoding.work(window)));
    }
    render.beginPhase();
    return Map.of(phase + ".reference", encoding.latent().samples().clone());
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
