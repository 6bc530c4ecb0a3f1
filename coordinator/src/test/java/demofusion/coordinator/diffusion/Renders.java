package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.Ablations;
import demofusion.protocol.latent.CropCorner;
import demofusion.protocol.latent.FusionSettings;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.RenderMethod;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.latent.SourcePicture;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.latent.UnitOfWork;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  private Renders() {}

  public static RenderPlan plan(RenderSpec spec, ModelGeometry geometry) {
    return RenderPlan.of(spec, geometry, EULER);
  }

  /**
   * Predicts noise that depends on every input of a view: its samples (blurred a little, so that
   * neighbours matter), the timestep, the crop. A view's prediction does not depend on the rest of
   * its batch.
   */
  public static Tensor toyPrediction(Timestep timestep, ViewBatch batch) {
    return toyPrediction(timestep.work(batch, AssetId.NONE));
  }

  public static Tensor toyPrediction(Work.PredictNoise work) {
    float[] tiles = work.tiles().values();
    float[] noise = new float[tiles.length];
    int size = tiles.length / work.tiles().shape()[0];
    for (int n = 0; n < noise.length; n++) {
      int crop =
          work.microConditioning().get(n / size).cropLeft()
              + 3 * work.microConditioning().get(n / size).cropTop();
      float neighbour = n % size == 0 ? 0 : tiles[n - 1];
      noise[n] = 0.7f * tiles[n] + 0.2f * neighbour + 0.001f * crop + work.timestep() * 1e-4f;
    }
    return new Tensor(work.tiles().shape(), noise);
  }

  public static SpecBuilder spec() {
    return new SpecBuilder();
  }

  /** A request with defaults, one change at a time. */
  public static final class SpecBuilder {
    private @Nullable PixelExtent size;
    private int steps = 4;
    private long seed = 7;
    private float guidance = 7.5f;
    private @Nullable SchedulerKind scheduler;
    private @Nullable Integer stride;
    private @Nullable UnitOfWork unit;
    private RenderMethod method = RenderMethod.DEMOFUSION;
    private Ablations ablations = Ablations.none();
    private @Nullable SourcePicture source;
    private boolean referenceOddities;

    public SpecBuilder size(int width, int height) {
      size = new PixelExtent(width, height);
      return this;
    }

    public SpecBuilder steps(int value) {
      steps = value;
      return this;
    }

    public SpecBuilder seed(long value) {
      seed = value;
      return this;
    }

    public SpecBuilder guidance(float value) {
      guidance = value;
      return this;
    }

    public SpecBuilder scheduler(SchedulerKind value) {
      scheduler = value;
      return this;
    }

    public SpecBuilder stride(int value) {
      stride = value;
      return this;
    }

    public SpecBuilder unit(UnitOfWork value) {
      unit = value;
      return this;
    }

    public SpecBuilder method(RenderMethod value) {
      method = value;
      return this;
    }

    public SpecBuilder ablations(Ablations value) {
      ablations = value;
      return this;
    }

    public SpecBuilder source(Tensor pixels, double strength) {
      source = new SourcePicture(pixels, strength);
      return this;
    }

    public SpecBuilder referenceOddities() {
      referenceOddities = true;
      return this;
    }

    public RenderSpec build() {
      return new RenderSpec(
          Prompts.of("a test"),
          size,
          steps,
          new Guidance(guidance, 0),
          seed,
          scheduler,
          stride,
          unit,
          FusionSettings.defaults(),
          method,
          ablations,
          source,
          null,
          CropCorner.NONE,
          referenceOddities,
          1);
    }
  }
}
