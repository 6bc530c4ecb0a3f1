package demofusion.deploy.bench;

import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.RenderResumption;
import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * What one timestep costs the coordinator with SDXL's geometry: skip residual, Gaussian, cutting
 * all tiles, summing all predictions, fusing, one step of Euler; in detail mode weighing them and
 * structure guidance, without residual and Gaussian. {@link #copyLatent} is the yardstick: the time
 * to copy the same latent. Both leave their results in fields, so that no compiler takes the work
 * for useless.
 */
final class TimestepBenchmark {
  private static final ModelGeometry SDXL = new ModelGeometry(128, 4, 8);
  private static final int STEPS = 200;

  /** What steers a picture beside its prompt. */
  enum Steering {
    NOTHING,
    CONTROL_NET,
    /** And it is drawn of two regions, left and right. */
    CONTROL_NET_AND_REGIONS
  }

  private final RenderPlan plan;
  private final HeapStorage storage = new HeapStorage();
  private final RenderState begun;
  private final float[] copied;
  private final Map<String, Tensor> answers = new HashMap<>(); // by shape
  private Render render;

  /**
   * Goes to the last phase's first timestep.
   *
   * @param side the latent's, in latent samples
   * @param method DemoFusion or detail
   */
  TimestepBenchmark(int side, RenderMethod method, Steering steering) {
    plan = plan(side, method, steering);
    render = Render.begin(plan, encoded(128, 128), storage);
    passBarrier();
    while (render.phase().number() < plan.phases().size()) {
      Timestep timestep = predicted(render);
      render
          .closeTimestep(timestep)
          .ifPresent(end -> storage.keep(end.phase().number(), end.latent()));
      passBarrier();
    }
    begun = copy(render.state());
    copied = new float[begun.tensor("latent").length()];
  }

  void oneTimestep() {
    if (render.isDone()) {
      render = RenderResumption.resume(plan, begun, storage);
    }
    render.closeTimestep(predicted(render));
  }

  /** Where the next phase begins with a picture: a black one. */
  private void passBarrier() {
    if (!render.awaitsPicture()) {
      return;
    }
    PixelExtent extent = render.previous().extent().toPixels(SDXL.vaeScaleFactor());
    render.show(PhasePicture.of(extent, new byte[extent.width() * extent.height() * 3]));
    render
        .encoding()
        .ifPresent(
            encoding -> {
              for (int n = 0; n < encoding.count(); n++) {
                Window window = encoding.windows().get(n);
                encoding.accept(n, encoded(window.height(), window.width()));
              }
              render.beginPhase();
            });
  }

  /** Every unit is cut, and answered by what lies there already: that is its workers' time. */
  private Timestep predicted(Render render) {
    Timestep timestep = render.openTimestep();
    for (ViewBatch batch : timestep.batches()) {
      timestep.accept(batch.index(), answer(timestep.work(batch, prompt -> AssetId.NONE)));
    }
    return timestep;
  }

  private Tensor answer(Work.PredictNoise work) {
    int[] shape = work.tiles().shape().clone();
    shape[0] = work.views();
    return answers.computeIfAbsent(Arrays.toString(shape), any -> noise(shape));
  }

  private static Tensor noise(int... shape) {
    Tensor noise = Tensor.zeros(shape);
    Random random = new Random(1);
    for (int n = 0; n < noise.values().length; n++) {
      noise.values()[n] = (float) random.nextGaussian();
    }
    return noise;
  }

  /** What a timestep costs its workers, in guided views, and what it takes on the wire. */
  Load load() {
    if (render.isDone()) {
      render = RenderResumption.resume(plan, begun, storage);
    }
    double guidedViews = 0;
    long bytes = 0;
    Timestep timestep = render.openTimestep();
    for (ViewBatch batch : timestep.batches()) {
      Work.PredictNoise work = timestep.work(batch, prompt -> AssetId.NONE);
      Tensor answer = answer(work);
      guidedViews += batch.guidedViews();
      bytes += (long) Float.BYTES * (work.tiles().values().length + answer.values().length);
      timestep.accept(batch.index(), answer);
    }
    render.closeTimestep(timestep);
    return new Load(guidedViews, bytes);
  }

  /**
   * @param guidedViews that a timestep costs its workers
   * @param bytes of tiles and predictions, there and back
   */
  record Load(double guidedViews, long bytes) {}

  /** A state's tensors are the render's own, which go on. */
  private static RenderState copy(RenderState state) {
    Map<String, Samples> tensors = new HashMap<>();
    state.tensors().forEach((name, samples) -> tensors.put(name, Samples.of(samples.toTensor())));
    return new RenderState(tensors, state.scalars());
  }

  void copyLatent() {
    begun.tensor("latent").read(0, copied, 0, copied.length);
  }

  /** From a picture to the last phase in one jump. */
  private static RenderPlan plan(int side, RenderMethod method, Steering steering) {
    RenderSpec.Builder spec = RenderSpec.of("", 1).toBuilder().method(method);
    if (method == RenderMethod.DETAIL) {
      int last = Math.max(1, side / SDXL.sampleSize());
      spec.methodSettings(
          MethodSettings.NONE.withPhases(
              new PhaseScales(last == 1 ? List.of(1) : List.of(1, last))));
    } else {
      spec.ablations(new DemoFusionParts(true, true, false, true, true));
    }
    if (steering != Steering.NOTHING) {
      spec.conditions(new ConditionSettings(List.of(control()), List.of(), null));
    }
    if (steering == Steering.CONTROL_NET_AND_REGIONS) {
      spec.regions(
          new RegionSettings(
              List.of(region("0,0,0.5,1", "the sea"), region("0.5,0,1,1", "a hill")), 0));
    }
    RenderSpec jump =
        spec.size(new PixelExtent(8 * side, 8 * side))
            .steps(STEPS)
            .scheduler(SchedulerKind.EULER)
            .source(new SourcePicture(Tensor.zeros(3, 1024, 1024), 1))
            .build();
    return RenderPlan.of(
        jump,
        SDXL,
        new SchedulerConfig(
            SchedulerKind.EULER,
            Map.of("beta_start", 0.00085, "beta_end", 0.012, "beta_schedule", "scaled_linear")));
  }

  private static Region region(String area, String prompt) {
    return new Region(RegionRectangle.parse(area), null, prompt, null, null, null);
  }

  /** On a picture of the model's size, which only its workers would look at. */
  private static ControlUse control() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PictureBytes picture = PictureBytes.of(png.toByteArray()).with(new PixelExtent(1024, 1024));
    return ControlUse.of(NamedNetwork.named("edges"), picture)
        .with(new NamedNetwork("edges", "c0".repeat(32)), new ControlFacts(false, null, 0.45));
  }

  private static WorkResult.EncodedPicture encoded(int height, int width) {
    Tensor mean = Tensor.zeros(4, height, width);
    Tensor deviation = Tensor.zeros(4, height, width);
    Arrays.fill(deviation.values(), 1f);
    return new WorkResult.EncodedPicture(mean, deviation);
  }
}
