package demofusion.deploy.bench;

import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.RenderResumption;
import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.DemoFusionParts;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.WorkResult;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What one timestep costs the coordinator with SDXL's geometry: skip residual, Gaussian, cutting
 * all tiles, summing all predictions, fusing, one step of Euler. {@link #copyLatent} is the
 * yardstick: the time to copy the same latent. Both leave their results in fields, so that no
 * compiler takes the work for useless.
 */
final class TimestepBenchmark {
  private static final ModelGeometry SDXL = new ModelGeometry(128, 4, 8);
  private static final int STEPS = 200;

  private final RenderPlan plan;
  private final HeapStorage storage = new HeapStorage();
  private final RenderState begun;
  private final float[] copied;
  private Render render;

  /**
   * Goes to the last phase's first timestep.
   *
   * @param side the latent's, in latent samples
   */
  TimestepBenchmark(int side) {
    plan = plan(side);
    render = Render.begin(plan, encoded(), storage);
    while (render.phase().number() < plan.phases().size()) {
      Timestep timestep = predicted(render);
      render
          .closeTimestep(timestep)
          .ifPresent(end -> storage.keep(end.phase().number(), end.latent()));
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

  private static Timestep predicted(Render render) {
    Timestep timestep = render.openTimestep();
    for (ViewBatch batch : timestep.batches()) {
      timestep.accept(batch.index(), timestep.work(batch, view -> AssetId.NONE).tiles());
    }
    return timestep;
  }

  /** A state's tensors are the render's own, which go on. */
  private static RenderState copy(RenderState state) {
    Map<String, Samples> tensors = new HashMap<>();
    state.tensors().forEach((name, samples) -> tensors.put(name, Samples.of(samples.toTensor())));
    return new RenderState(tensors, state.scalars());
  }

  void copyLatent() {
    begun.tensor("latent").read(0, copied, 0, copied.length);
  }

  private static RenderPlan plan(int side) {
    DemoFusionParts oneJump = new DemoFusionParts(true, true, false, true, true);
    RenderSpec spec =
        RenderSpec.of("", 1).toBuilder()
            .size(new PixelExtent(8 * side, 8 * side))
            .steps(STEPS)
            .scheduler(SchedulerKind.EULER)
            .ablations(oneJump)
            .source(new SourcePicture(Tensor.zeros(3, 1024, 1024), 1))
            .build();
    return RenderPlan.of(
        spec,
        SDXL,
        new SchedulerConfig(
            SchedulerKind.EULER,
            Map.of("beta_start", 0.00085, "beta_end", 0.012, "beta_schedule", "scaled_linear")));
  }

  private static WorkResult.EncodedPicture encoded() {
    Tensor mean = Tensor.zeros(4, 128, 128);
    Tensor deviation = Tensor.zeros(4, 128, 128);
    Arrays.fill(deviation.values(), 1f);
    return new WorkResult.EncodedPicture(mean, deviation);
  }
}
