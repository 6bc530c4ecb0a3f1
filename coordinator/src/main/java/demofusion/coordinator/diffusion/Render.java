package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.scheduler.Scheduler;
import demofusion.coordinator.diffusion.scheduler.Schedulers;
import demofusion.coordinator.diffusion.scheduler.SolverHistory;
import demofusion.protocol.latent.Ablations;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * DemoFusion (arXiv 2311.16973), the whole algorithm. {@link #run} is the sequential way, on one
 * page; a render session walks through the same {@link #openTimestep} and {@link #closeTimestep}
 * with the views of each timestep scattered over workers, to the same bits.
 *
 * <p>Not thread-safe, except that an open timestep's tiles may be cut by any thread.
 */
public final class Render {
  private final RenderPlan plan;
  private final Scheduler scheduler;
  private final ReferenceOddities oddities;
  private SolverHistory history = new SolverHistory();
  private final boolean afterPicture;

  private TorchGenerator torch;
  private PythonRandom python;
  private int phaseIndex;
  private int step;
  private Latent latent; // x
  private Latent upscaled; // z: what the phase began with; x itself where it began with noise
  private float[] noise = {}; // ε: one per upscaling phase
  private TorchGenerator.State beforeNoise;
  private @Nullable Moments anchor; // of phase 1's final latent, or of the encoded picture
  private @Nullable PhaseBuffers buffers;

  private Render(RenderPlan plan) {
    this.plan = plan;
    this.scheduler =
        Schedulers.create(plan.scheduler(), plan.scheduler().kind(), plan.spec().steps());
    this.oddities = new ReferenceOddities(plan, scheduler);
    this.torch = new TorchGenerator(plan.spec().seed());
    this.python = new PythonRandom(plan.spec().seed());
    this.afterPicture = plan.spec().source() != null;
    this.beforeNoise = torch.save();
    // One randn of phase 1's size comes first, whether phase 1 begins with it or with a picture.
    this.latent = Latent.zeros(plan.geometry().latentChannels(), plan.phases().get(0).extent());
    torch.randn(latent.samples());
    this.upscaled = latent;
  }

  /** Begins with noise. */
  public static Render begin(RenderPlan plan) {
    if (plan.spec().source() != null) {
      throw new IllegalArgumentException(
          "this request starts from a picture, which must be encoded first");
    }
    Render render = new Render(plan);
    float sigma = render.scheduler.initNoiseSigma();
    float[] samples = render.latent.samples();
    for (int n = 0; n < samples.length; n++) {
      samples[n] *= sigma;
    }
    return render;
  }

  /** Begins with a picture that the VAE has encoded, in place of phase 1 (spec section 11). */
  public static Render begin(RenderPlan plan, WorkResult.EncodedPicture picture) {
    Render render = new Render(plan);
    float[] mean = picture.mean().values();
    float[] deviation = picture.deviation().values();
    float[] encoded = new float[mean.length];
    render.torch.randn(encoded);
    for (int n = 0; n < encoded.length; n++) {
      encoded[n] = mean[n] + deviation[n] * encoded[n];
    }
    render.anchor = Moments.of(encoded);
    render.beginUpscaling(new Latent(render.latent.channels(), render.latent.extent(), encoded));
    return render;
  }

  /** Goes on from a checkpoint of the same plan, to the same bits. */
  public static Render resume(RenderPlan plan, RenderState state) {
    Render render = new Render(plan);
    render.restore(state);
    return render;
  }

  /** The whole picture, sequentially: what the farm does, without the farm. */
  public List<PhaseResult> run(NoisePredictor model) {
    List<PhaseResult> results = new ArrayList<>();
    while (!isDone()) {
      Timestep timestep = openTimestep();
      for (ViewBatch batch : timestep.batches()) {
        timestep.accept(batch.index(), model.predict(timestep, batch));
      }
      closeTimestep(timestep).ifPresent(results::add);
    }
    return results;
  }

  public RenderPlan plan() {
    return plan;
  }

  public boolean isDone() {
    return phaseIndex == plan.phases().size();
  }

  /** The phase that the next timestep belongs to. */
  public Phase phase() {
    return plan.phases().get(phaseIndex);
  }

  /** The next timestep's number within its phase's schedule, from 0. */
  public int step() {
    return step;
  }

  /**
   * Scatter: the skip residual, then the latent as seen through local windows and dilated
   * sub-latents (spec section 2.3).
   */
  public Timestep openTimestep() {
    Phase phase = phase();
    Ablations parts = plan.spec().ablations();
    CosineWeights weights =
        CosineWeights.at(scheduler.timestep(step), plan.trainTimesteps(), plan.spec().fusion());
    PhaseBuffers buffer = buffers();
    if (phase.start() == Phase.Start.UPSCALED && parts.skipResidual()) {
      SkipResidual.apply(
          latent.samples(),
          weights.skipResidual(),
          upscaled.samples(),
          noise,
          scheduler.noiseMix(step));
    }
    Views views = new Views(plan, phase);
    List<View> dilated = views.dilated();
    float[] blurred =
        dilated.isEmpty()
            ? latent.samples()
            : buffer.blur(
                latent, parts.gaussian() ? plan.spec().fusion().sigma() * weights.gaussian() : 0);
    List<View> local = views.local(python);
    buffer.fusion().open(local, dilated.isEmpty() ? 0 : (float) weights.dilated());
    int now = step;
    boolean firstAfterPicture = afterPicture && phaseIndex == 0;
    Timestep.InputScale scale =
        (isLocal, view) -> oddities.inputScale(phase, now, isLocal, view, firstAfterPicture);
    Timestep.Inputs inputs =
        new Timestep.Inputs(
            plan, phase, now, scheduler.timestep(now), latent.samples(), blurred, scale);
    return new Timestep(inputs, local, dilated, buffer.fusion());
  }

  /**
   * Gather: fuses the predictions, makes ONE scheduler step (spec section 6), and at a phase's end
   * begins the next.
   *
   * @return the phase's result, if this was its last timestep
   */
  public Optional<PhaseResult> closeTimestep(Timestep timestep) {
    RenderSpec spec = plan.spec();
    StepNoise stepNoise = StepNoise.of(spec.seed(), phase().number());
    scheduler.step(step, latent.samples(), timestep.fusedPrediction(), history, stepNoise);
    oddities.drawIdly(torch, timestep, latent.channels());
    step++;
    return step < scheduler.steps() ? Optional.empty() : Optional.of(endPhase());
  }

  private PhaseResult endPhase() {
    Phase phase = phase();
    Moments moments = Moments.of(latent.samples());
    if (anchor == null) {
      anchor = moments;
    } else {
      moments.standardise(latent.samples(), anchor);
    }
    Latent result = latent;
    buffers = null;
    phaseIndex++;
    if (!isDone()) {
      beginUpscaling(result);
    }
    return new PhaseResult(phase, result, isDone());
  }

  /** Spec sections 2.1 and 2.2: enlarge what the phase before ended with, and noise it again. */
  private void beginUpscaling(Latent previous) {
    upscaled = Bicubic.resize(previous, phase().extent());
    step = plan.firstStep(phase());
    history.clear();
    beforeNoise = torch.save();
    drawNoise();
    latent = Latent.zeros(upscaled.channels(), upscaled.extent());
    SkipResidual.invert(latent.samples(), upscaled.samples(), noise, scheduler.noiseMix(step));
  }

  private void drawNoise() {
    noise = new float[upscaled.samples().length];
    torch.randn(noise);
  }

  private PhaseBuffers buffers() {
    if (buffers == null) {
      buffers = new PhaseBuffers(phase(), latent.channels());
    }
    return buffers;
  }

  /** A checkpoint: copies what the next timestep will change, shares what it will not. */
  public RenderState state() {
    return new RenderCheckpoint(
            phaseIndex,
            step,
            latent.copy(),
            upscaled,
            anchor,
            history,
            torch.save(),
            beforeNoise,
            python.save())
        .toState();
  }

  private void restore(RenderState state) {
    RenderCheckpoint checkpoint = RenderCheckpoint.of(state);
    phaseIndex = checkpoint.phaseIndex();
    step = checkpoint.step();
    latent = checkpoint.latent();
    upscaled = checkpoint.upscaled();
    anchor = checkpoint.anchor();
    history = checkpoint.history();
    beforeNoise = checkpoint.beforeNoise();
    if (!isDone() && phase().start() == Phase.Start.UPSCALED) {
      torch = TorchGenerator.restore(beforeNoise);
      drawNoise();
    }
    torch = TorchGenerator.restore(checkpoint.torch());
    python = PythonRandom.restore(checkpoint.python());
  }
}
