package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.scheduler.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.Scheduler;
import demofusion.coordinator.diffusion.scheduler.Schedulers;
import demofusion.coordinator.diffusion.scheduler.SolverHistory;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.storage.Storage;
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
  private final Storage storage;
  private final SolverHistory history;
  private final boolean afterPicture;

  private TorchGenerator torch;
  private PythonRandom python;
  private int phaseIndex;
  private int step;
  private Latent latent; // x
  private @Nullable Latent encoded; // the picture that the first phase began with, while in it
  private SkipResidual residual = SkipResidual.none();
  private long before; // checksum of what the phase began with
  private TorchGenerator.State beforeNoise;
  private @Nullable Moments anchor; // of phase 1's final latent, or of the encoded picture
  private @Nullable PhaseBuffers buffers;

  private Render(RenderPlan plan, Storage storage) {
    this.plan = plan;
    this.storage = storage;
    this.history = new SolverHistory(storage);
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
  }

  /** Begins with noise, all in the heap. */
  public static Render begin(RenderPlan plan) {
    return begin(plan, new HeapStorage());
  }

  /** Begins with noise. */
  public static Render begin(RenderPlan plan, Storage storage) {
    if (plan.spec().source() != null) {
      throw new IllegalArgumentException(
          "this request starts from a picture, which must be encoded first");
    }
    Render render = new Render(plan, storage);
    float sigma = render.scheduler.initNoiseSigma();
    float[] samples = render.latent.samples();
    for (int n = 0; n < samples.length; n++) {
      samples[n] *= sigma;
    }
    return render;
  }

  /** Begins with a picture that the VAE has encoded, in place of phase 1 (spec section 11). */
  public static Render begin(RenderPlan plan, WorkResult.EncodedPicture picture, Storage storage) {
    Render render = new Render(plan, storage);
    float[] mean = picture.mean().values();
    float[] deviation = picture.deviation().values();
    float[] encoded = new float[mean.length];
    render.torch.randn(encoded);
    for (int n = 0; n < encoded.length; n++) {
      encoded[n] = mean[n] + deviation[n] * encoded[n];
    }
    render.anchor = Moments.of(encoded);
    Latent begun = new Latent(render.latent.channels(), render.latent.extent(), encoded);
    render.encoded = begun;
    render.beginUpscaling(begun);
    return render;
  }

  /**
   * Goes on from a checkpoint of the same plan, to the same bits.
   *
   * @param storage has the latents of the phases that are done
   * @throws IllegalArgumentException if the checkpoint or the latents are of another plan
   */
  public static Render resume(RenderPlan plan, RenderState state, Storage storage) {
    Render render = new Render(plan, storage);
    render.restore(RenderCheckpoint.of(state));
    return render;
  }

  /**
   * Goes on after phases that another render of the same beginning went through: to the same bits
   * as if this one had, since all that they leave behind is their latents and how far the random
   * streams are.
   *
   * @param phases how many, at least 1 and not all
   * @param storage has their final latents
   * @throws IllegalArgumentException if the latents are of another plan
   */
  public static Render after(RenderPlan plan, int phases, Storage storage) {
    if (plan.spec().source() != null || phases < 1 || phases >= plan.phases().size()) {
      throw new IllegalArgumentException(
          "after "
              + phases
              + " phases of "
              + plan.phases().size()
              + " nothing can be gone on with");
    }
    Render render = new Render(plan, storage);
    for (Phase phase : plan.phases().subList(0, phases)) {
      render.drawWithout(phase);
    }
    render.anchor = Moments.of(render.finalOf(1).samples());
    render.phaseIndex = phases;
    render.beginUpscaling(render.finalOf(phases));
    return render;
  }

  /** Takes from the random streams what a phase takes. */
  private void drawWithout(Phase phase) {
    if (phase.start() == Phase.Start.UPSCALED) {
      torch.randn(new float[latent.channels() * phase.extent().area()]);
    }
    Views views = new Views(plan, phase);
    List<View> dilated = views.dilated();
    for (int n = plan.firstStep(phase); n < scheduler.steps(); n++) {
      oddities.discardDraws(torch, views.local(python), dilated, latent.channels());
    }
  }

  private Latent finalOf(int phase) {
    Latent ended = Latent.of(storage.phaseLatent(phase).toTensor());
    if (!ended.extent().equals(plan.phases().get(phase - 1).extent())) {
      throw new IllegalArgumentException(
          "the latent of phase " + phase + " is " + ended.extent() + ", of another plan");
    }
    return ended;
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
      // Into another array: this one may be on its way to a checkpoint.
      float[] pulled = buffer.exchange(latent.samples());
      residual.apply(latent.samples(), weights.skipResidual(), scheduler.noiseMix(step), pulled);
      latent = new Latent(latent.channels(), latent.extent(), pulled);
    }
    Views views = new Views(plan, phase);
    List<View> dilated = views.dilated();
    Latent opened = latent;
    double sigma = parts.gaussian() ? plan.spec().fusion().sigma() * weights.gaussian() : 0;
    LazySamples blurred = new LazySamples(() -> buffer.blur(opened, sigma));
    List<View> local = views.local(python);
    buffer.fusion().open(local, dilated.isEmpty() ? 0 : (float) weights.dilated());
    int now = step;
    boolean firstAfterPicture = afterPicture && phaseIndex == 0;
    Timestep.InputScale scale =
        (isLocal, view) -> oddities.inputScale(phase, now, isLocal, view, firstAfterPicture);
    Timestep.Inputs inputs =
        new Timestep.Inputs(
            plan, phase, now, scheduler.timestep(now), latent.samples(), blurred, scale);
    return new Timestep(inputs, local, dilated, buffer);
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
    history.lend(buffers().idleAfterGather());
    scheduler.step(step, latent.samples(), timestep.fusedPrediction(), history, stepNoise);
    oddities.discardDraws(torch, timestep, latent.channels());
    step++;
    if (step < scheduler.steps()) {
      return Optional.empty();
    }
    timestep.release();
    return Optional.of(endPhase());
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
    history.clear();
    encoded = null;
    phaseIndex++;
    if (!isDone()) {
      beginUpscaling(result);
    }
    return new PhaseResult(phase, result, isDone());
  }

  /** Spec sections 2.1 and 2.2: enlarge what the phase before ended with, and noise it again. */
  private void beginUpscaling(Latent previous) {
    step = plan.firstStep(phase());
    history.clear();
    beforeNoise = torch.save();
    before = RenderCheckpoint.checksum(previous.samples());
    latent = Latent.zeros(previous.channels(), phase().extent());
    float[] samples = latent.samples();
    torch.randn(samples);
    residual = newResidual();
    residual.keepNoise(samples);
    NoiseMix mix = scheduler.noiseMix(step);
    Bicubic.resize(
        previous,
        phase().extent(),
        (from, band, count) -> {
          residual.keepUpscaled(from, band, count);
          for (int n = 0; n < count; n++) {
            samples[from + n] = mix.signal() * band[n] + mix.noise() * samples[from + n];
          }
        });
  }

  private SkipResidual newResidual() {
    return plan.spec().ablations().skipResidual()
        ? SkipResidual.in(storage, latent.samples().length)
        : SkipResidual.none();
  }

  private PhaseBuffers buffers() {
    if (buffers == null) {
      buffers = new PhaseBuffers(phase(), latent.channels(), storage);
    }
    return buffers;
  }

  /**
   * A checkpoint: this render's own arrays, which stay as they are until the next {@link
   * #closeTimestep}. Opening a timestep does not change them.
   */
  public RenderState state() {
    return new RenderCheckpoint(
            phaseIndex,
            step,
            Samples.of(latent),
            encoded == null ? null : Samples.of(encoded),
            before,
            anchor,
            history.save(),
            history.steps(),
            torch.save(),
            beforeNoise,
            python.save())
        .toState();
  }

  private void restore(RenderCheckpoint checkpoint) {
    phaseIndex = checkpoint.phaseIndex();
    step = checkpoint.step();
    anchor = checkpoint.anchor();
    beforeNoise = checkpoint.beforeNoise();
    before = checkpoint.before();
    latent = Latent.zeros(checkpoint.latent().channels(), checkpoint.latent().extent());
    if (!isDone()) {
      if (!latent.extent().equals(phase().extent())) {
        throw new IllegalArgumentException(
            "its latent is " + latent.extent() + " and this phase's " + phase().extent());
      }
      if (phase().start() == Phase.Start.UPSCALED) {
        restoreResidual(checkpoint);
      }
    }
    checkpoint.latent().read(0, latent.samples(), 0, latent.samples().length);
    checkpoint.restore(history);
    torch = TorchGenerator.restore(checkpoint.torch());
    python = PythonRandom.restore(checkpoint.python());
  }

  /** What no checkpoint holds, since it follows from the phase before and the random stream. */
  private void restoreResidual(RenderCheckpoint checkpoint) {
    Samples began = checkpoint.encoded();
    if (began != null) {
      encoded = Latent.of(began.toTensor());
    }
    residual = newResidual();
    if (residual.isNone()) {
      return;
    }
    Latent previous =
        encoded != null
            ? encoded
            : Latent.of(storage.phaseLatent(plan.phases().get(phaseIndex - 1).number()).toTensor());
    if (RenderCheckpoint.checksum(previous.samples()) != before) {
      throw new IllegalArgumentException("the latent of the phase before is another");
    }
    Bicubic.resize(previous, phase().extent(), residual::keepUpscaled);
    torch = TorchGenerator.restore(beforeNoise);
    torch.randn(latent.samples()); // which the checkpoint's own latent comes into afterwards
    residual.keepNoise(latent.samples());
  }
}
