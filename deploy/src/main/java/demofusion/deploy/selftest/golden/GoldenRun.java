package demofusion.deploy.selftest.golden;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.JobPrompts;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.Asset;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A whole picture, from words to its last latent, as the reference drew it too. */
public enum GoldenRun {
  /** In one go at the native size, by diffusers' pipeline. */
  DIRECT(
      "run.direct",
      "a lighthouse on a cliff at sunset, golden light",
      RenderMethod.DIRECT,
      2024,
      null,
      null),

  /** In two phases, by the authors' DemoFusion. */
  DEMOFUSION(
      "run.demofusion",
      "a lighthouse on a cliff at sunset",
      RenderMethod.DEMOFUSION,
      102,
      8,
      "ddim");

  private static final int SIDE = 256;
  private static final int STEPS = 6;

  private final String key;
  private final String prompt;
  private final RenderMethod method;
  private final long seed;
  private final @Nullable Integer stride;
  private final @Nullable String scheduler;

  GoldenRun(
      String key,
      String prompt,
      RenderMethod method,
      long seed,
      @Nullable Integer stride,
      @Nullable String scheduler) {
    this.key = key;
    this.prompt = prompt;
    this.method = method;
    this.seed = seed;
    this.stride = stride;
    this.scheduler = scheduler;
  }

  /** Of its latent among the reference's answers. */
  String key() {
    return key;
  }

  /** The latent that the picture ends with, (channels, height, width). */
  Tensor draw(DiffusionModel model, int threads) {
    SchedulerConfig folders = model.card().scheduler();
    RenderPlan plan = RenderPlan.of(spec(threads), model.card().geometry(), folders);
    JobPrompts prompts = new JobPrompts(plan.spec(), plan.steps());
    JobAssets assets =
        JobAssets.of(
            prompts
                .conditionings(prompts.work().stream().map(model::encodeText).toList())
                .toArray(Asset[]::new));
    List<PhaseResult> phases =
        Render.begin(plan)
            .run(
                (timestep, batch) ->
                    model
                        .predictNoise(
                            timestep.work(batch, prompt -> prompts.at(timestep.step(), prompt)),
                            assets)
                        .noise());
    Latent last = phases.get(phases.size() - 1).latent();
    return new Tensor(
        new int[] {last.channels(), last.extent().height(), last.extent().width()}, last.samples());
  }

  private RenderSpec spec(int threads) {
    return RenderSpec.of("", seed).toBuilder()
        .prompts(new Prompts(prompt, null, "blurry, ugly", null))
        .size(new PixelExtent(SIDE, SIDE))
        .steps(STEPS)
        .guidance(new Guidance(7.5f, 0))
        .scheduler(scheduler == null ? null : SchedulerKind.parse(scheduler))
        .stride(stride)
        .unit(ViewBatchSize.ofViews(16))
        .threads(threads)
        .method(method)
        .build();
  }
}
