package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.ImagePrompt;
import demofusion.protocol.work.PixelCut;
import demofusion.protocol.work.TileRows;
import demofusion.protocol.work.Work;
import java.util.Map;

/** Requests, plans and a toy model for the tests of the algorithm. */
public final class Renders {
  public static final ModelGeometry SDXL = new ModelGeometry(128, 4, 8);

  /** Native 64 pixels: renders in milliseconds. */
  public static final ModelGeometry SMALL = new ModelGeometry(8, 4, 8);

  public static final SchedulerConfig EULER =
      new SchedulerConfig(
          SchedulerKind.EULER,
          Map.of(
              "beta_start",
              0.00085,
              "beta_end",
              0.012,
              "beta_schedule",
              "scaled_linear",
              "steps_offset",
              1,
              "timestep_spacing",
              "leading"));

  /** Of a model that is told noise levels. */
  private static final SchedulerConfig EDM =
      SchedulerConfig.fromJson(Map.of("_class_name", "EDMEulerScheduler"));

  private Renders() {}

  public static RenderPlan plan(RenderSpec spec, ModelGeometry geometry) {
    SchedulerKind kind = spec.scheduler();
    boolean isOfEdm = kind != null && kind.solver().isOfEdm();
    return RenderPlan.of(spec, geometry, isOfEdm ? EDM : EULER);
  }

  /**
   * Predicts noise that depends on every input of a view: its samples (blurred a little, so that
   * neighbours matter), the timestep, the crop, the prompt. A view's prediction does not depend on
   * the rest of its batch.
   */
  public static Tensor toyPrediction(Timestep timestep, ViewBatch batch) {
    return toyPrediction(timestep.work(batch, Renders::text));
  }

  /** As a job names what its prompts became, if they are all different. */
  private static AssetId text(int prompt) {
    return prompt == 0 ? AssetId.NONE : new AssetId("text-" + prompt);
  }

  /** From 0, as {@link #text} counts. */
  private static int prompt(AssetId text) {
    int dash = text.value().indexOf('-');
    return dash < 0 ? 0 : Integer.parseInt(text.value().substring(dash + 1));
  }

  public static Tensor toyPrediction(Work.PredictNoise asked) {
    Work.PredictNoise work = TileRows.spread(asked);
    float[] tiles = work.tiles().values();
    float[] noise = new float[tiles.length];
    int size = tiles.length / work.tiles().shape()[0];
    for (int n = 0; n < noise.length; n++) {
      int crop =
          work.microConditioning().get(n / size).cropLeft()
              + 3 * work.microConditioning().get(n / size).cropTop();
      float neighbour = n % size == 0 ? 0 : tiles[n - 1];
      noise[n] = 0.7f * tiles[n] + 0.2f * neighbour + 0.001f * crop + work.timestep() * 1e-4f;
      noise[n] += 0.03f * work.additions().loras().size();
      noise[n] += 0.2f * prompt(work.conditioning().get(n / size));
      noise[n] += extra(work.extra(), n / size);
    }
    return new Tensor(work.tiles().shape(), noise);
  }

  /** What a view is told beside its text: how strongly, and of which part of which picture. */
  private static float extra(ExtraConditioning extra, int view) {
    float sum = 0;
    for (ControlInput control : extra.controls()) {
      PixelCut cut = control.cuts().get(view);
      float place = cut.top() + 3 * cut.left() + 17 * cut.step() + 5 * cut.height() + cut.width();
      float size = control.picture().resizings().hashCode() % 97;
      sum +=
          (float) control.scale() * (control.soft() ? 0.5f : 1) * (0.001f * place + 0.01f * size);
    }
    for (ImagePrompt prompt : extra.imagePrompts()) {
      sum += 0.3f * (float) prompt.scale();
    }
    return sum;
  }

  public static SpecBuilder spec() {
    return new SpecBuilder();
  }

  /** A request with defaults, one change at a time. */
  public static final class SpecBuilder {
    private final RenderSpec.Builder spec = RenderSpec.of("a test", 7).toBuilder().steps(4);

    public SpecBuilder size(int width, int height) {
      spec.size(new PixelExtent(width, height));
      return this;
    }

    public SpecBuilder steps(int value) {
      spec.steps(value);
      return this;
    }

    public SpecBuilder seed(long value) {
      spec.seed(value);
      return this;
    }

    public SpecBuilder guidance(float value) {
      spec.guidance(new Guidance(value, 0));
      return this;
    }

    public SpecBuilder scheduler(SchedulerKind value) {
      spec.scheduler(value);
      return this;
    }

    public SpecBuilder stride(int value) {
      spec.stride(value);
      return this;
    }

    public SpecBuilder unit(ViewBatchSize value) {
      spec.unit(value);
      return this;
    }

    public SpecBuilder method(RenderMethod value) {
      spec.method(value);
      return this;
    }

    public SpecBuilder ablations(DemoFusionParts value) {
      spec.ablations(value);
      return this;
    }

    public SpecBuilder source(Tensor pixels, double strength) {
      spec.source(new SourcePicture(pixels, strength));
      return this;
    }

    public SpecBuilder referenceOddities() {
      spec.referenceOddities(true);
      return this;
    }

    public RenderSpec build() {
      return spec.build();
    }
  }
}
