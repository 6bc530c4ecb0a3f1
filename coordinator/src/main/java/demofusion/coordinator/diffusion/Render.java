package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.fusion.CosineWeights;
import demofusion.coordinator.diffusion.mask.KeptLatent;
import demofusion.coordinator.diffusion.mask.MaskedSamples;
import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.coordinator.diffusion.random.RandomStreams;
import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Lazy;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.WindowInteraction;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * DemoFusion (arXiv 2311.16973), the whole algorithm: {@link #openTimestep}, {@link
 * #closeTimestep}, and between two phases {@code endPhase} and {@code beginUpscaling}. {@link #run}
 * is the sequential way; a render session walks through the same timesteps with the views of each
 * scattered over workers, to the same bits. {@link RenderResumption} takes a render up again.
 *
 * <p>What is computed stands in {@code coordinator/docs/algorithm.md}: where a comment says "spec
 * section 2.1", that is item 1 of its section 2.
 *
 * <p>Not thread-safe, except that an open timestep's tiles may be cut by any thread, and that
 * {@link #prepare} may be called beside anything.
 */
public final class Render {
  private final RenderPlan plan;
  private final PhaseSchedules schedules;
  private final ReferenceQuirks quirks;
  private final Storage storage;

  // The position: see RenderPosition.
  private RandomStreams random;
  private final SolverHistory history;
  private int phaseIndex;
  private int step;
  private Latent latent;
  private @Nullable Moments anchor;
  private PhaseBeginning beginning;
  private @Nullable PhaseOpening
      opening; // between two phases; then latent is what the one ended with
  private @Nullable PhaseBuffers buffers;
  private String windowsDrawnFrom = ""; // python's stream before the open step's jitter

  /** A render that goes on from a position. */
  Render(RenderPlan plan, Storage storage, RenderPosition position) {
    this.plan = plan;
    this.schedules = new PhaseSchedules(plan);
    this.quirks = new ReferenceQuirks(plan);
    this.storage = storage;
    this.random = position.random();
    this.history = position.history();
    this.phaseIndex = position.phaseIndex();
    this.step = position.step();
    this.latent = position.latent();
    this.anchor = position.anchor();
    this.beginning = position.beginning();
    this.opening = position.isBetween() ? opening(latent) : null;
  }

  /** Begins with noise, all in the heap. */
  public static Render begin(RenderPlan plan) {
    return begin(plan, new HeapStorage());
  }

  /** Begins with noise; where a part of a picture is drawn anew, once that is encoded. */
  public static Render begin(RenderPlan plan, Storage storage) {
    if (plan.spec().source() != null) {
      throw new IllegalArgumentException(
          "this request starts from a source image, which must be encoded first");
    }
    Render render = withBaseNoise(plan, storage);
    if (plan.masked() == null) {
      scale(render.latent.samples(), render.scheduler().initNoiseSigma());
    } else {
      render.open(render.latent);
    }
    return render;
  }

  static void scale(float[] samples, float factor) {
    for (int n = 0; n < samples.length; n++) {
      samples[n] *= factor;
    }
  }

  /** Begins with a picture that the VAE has encoded, in place of phase 1 (spec section 11). */
  public static Render begin(RenderPlan plan, WorkResult.EncodedPicture picture, Storage storage) {
    Render render = withBaseNoise(plan, storage);
    float[] mean = picture.mean().values();
    float[] deviation = picture.deviation().values();
    float[] encoded = new float[mean.length];
    render.random.torch().randn(encoded);
    for (int n = 0; n < encoded.length; n++) {
      encoded[n] = mean[n] + deviation[n] * encoded[n];
    }
    render.anchor = Moments.of(encoded);
    render.open(new Latent(render.latent.channels(), render.latent.extent(), encoded));
    return render;
  }

  /** One randn of phase 1's size comes first, whether it begins with that or with a picture. */
  private static Render withBaseNoise(RenderPlan plan, Storage storage) {
    RandomStreams random = RandomStreams.of(plan.spec().seed());
    PhaseBeginning beginning = PhaseBeginning.inNoise(random.torch().save());
    Latent noise = Latent.zeros(plan.geometry().latentChannels(), plan.phases().get(0).extent());
    random.torch().randn(noise.samples());
    SolverHistory none = new SolverHistory(storage);
    return new Render(
        plan, storage, new RenderPosition(random, none, 0, 0, noise, null, beginning, false));
  }

  /** The whole picture by a method that needs no picture. */
  public List<PhaseResult> run(NoisePredictor model) {
    return run(model, null);
  }

  /** The whole picture, sequentially: what the farm does, without the farm. */
  public List<PhaseResult> run(NoisePredictor model, @Nullable PhasePictures pictures) {
    List<PhaseResult> results = new ArrayList<>();
    while (!isDone()) {
      beginPhase(pictures);
      Timestep timestep = openTimestep();
      for (ViewBatch batch : timestep.batches()) {
        timestep.accept(batch.index(), model.predict(timestep, batch));
      }
      closeTimestep(timestep).ifPresent(results::add);
    }
    return results;
  }

  private void beginPhase(@Nullable PhasePictures pictures) {
    if (opening == null) {
      return;
    }
    if (pictures == null) {
      throw new IllegalArgumentException("this request needs pictures to be decoded or encoded");
    }
    if (awaitsPicture()) {
      show(pictures.picture(plan.phases().get(phaseIndex - 1), previous()));
    }
    ReferenceEncoding encoding = encoding().orElse(null);
    if (encoding != null) {
      for (int window = 0; window < encoding.count(); window++) {
        encoding.accept(window, pictures.encode(encoding.work(window)));
      }
      beginPhase();
    }
  }

  /** What is drawn. */
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
   * sub-latents (spec section 2.3). Where a solver asks twice a step, its second time has the same
   * windows and weights, and no residual of its own (spec section 13).
   */
  public Timestep openTimestep() {
    KeptLatent kept = beginning.kept();
    // The original is put back after a step's last evaluation: until then all of x counts.
    boolean isLast =
        history.evaluation() > 0 || scheduler().evaluations(step, history.steps()) == 1;
    return openTimestep(kept == null || !isLast ? null : kept.mask());
  }

  /**
   * @param mask only views that see a sample of it are predicted; null: all are
   */
  Timestep openTimestep(@Nullable MaskedSamples mask) {
    Phase phase = phase();
    int now = step;
    boolean isSecond = history.evaluation() > 0;
    Scheduler scheduler = scheduler();
    CosineWeights weights =
        CosineWeights.at(
            scheduler.fusionTimestep(now), plan.trainTimesteps(), plan.spec().fusion());
    PhaseBuffers buffer = buffers();
    if (!beginning.residual().isNone() && !isSecond) {
      // Into another array: this one may be on its way to a checkpoint.
      float[] pulled = buffer.exchange(latent.samples());
      NoiseMix mix = scheduler.noiseMix(now);
      beginning.residual().apply(latent.samples(), weights.skipResidual(), mix, pulled);
      latent = new Latent(latent.channels(), latent.extent(), pulled);
    }
    Latent opened = latent;
    Views views = new Views(plan, phase);
    List<View> dilated = views.dilated();
    @Nullable Lazy<WindowInteraction> interaction = views.interaction(now);
    double sigma =
        plan.spec().ablations().gaussian() ? plan.spec().fusion().sigma() * weights.gaussian() : 0;
    Lazy<float[]> blurred = new Lazy<>(() -> buffer.blur(opened, sigma, interaction));
    if (scheduler.evaluations(now, history.steps()) > 1) {
      windowsDrawnFrom = random.python().save();
    }
    List<View> local = views.local(random.python());
    float dilatedWeight = dilated.isEmpty() ? 0 : (float) weights.dilated();
    buffer.fusion().open(local, views.weights(), dilatedWeight, interaction);
    Timestep.InputScale scale =
        isSecond
            ? (isLocal, view) -> scheduler.secondInputScale(now)
            : (isLocal, view) -> quirks.inputScale(scheduler, phase, now, isLocal, view);
    float time = isSecond ? scheduler.secondTimestep(now) : scheduler.timestep(now);
    KeptLatent kept = beginning.kept();
    Timestep.Inputs inputs =
        new Timestep.Inputs(
            plan,
            phase,
            now,
            isSecond,
            time,
            opened.samples(),
            blurred,
            scale,
            buffer.regions(),
            views.drawn(mask),
            kept == null ? null : kept.beside());
    return new Timestep(inputs, local, dilated, buffer);
  }

  /**
   * What of the next timestep can be handed out already: where windows alone are fused, and a step
   * makes each sample of itself, its first rows depend on the first rows of this one. Computed
   * beside this timestep, which goes on unchanged; its units are those, to the last bit, of the
   * next one that is opened.
   *
   * @param open the timestep that is open, on whose thread this is called
   */
  public Optional<Timestep.Ahead> ahead(Timestep open) {
    Scheduler scheduler = scheduler();
    int next = step + 1;
    boolean isAhead = plan.settings().isAhead(phase(), latent.samples().length);
    int rows = isAhead && next < scheduler.steps() ? open.rowsKnown() : 0;
    if (rows == 0 || !scheduler.isPointwise() || beginning.kept() != null) {
      return Optional.empty();
    }
    float[] prediction = open.knownPrediction(rows);
    float[] samples = latent.samples().clone();
    int first = plan.firstStep(phase());
    PhaseStructure structure = beginning.structure();
    int known =
        structure.guide(plan, scheduler, first, step, false, samples, prediction, null, rows);
    scheduler.step(step, samples, prediction, new SolverHistory(), null);
    Timestep.Inputs inputs =
        new Timestep.Inputs(
            plan,
            phase(),
            next,
            false,
            scheduler.timestep(next),
            samples,
            new Lazy<>(() -> samples),
            (isLocal, view) -> quirks.inputScale(scheduler, phase(), next, isLocal, view),
            null,
            view -> true,
            null);
    PythonRandom windows = PythonRandom.restore(random.python().save());
    List<View> local = new Views(plan, phase()).local(windows);
    Timestep timestep = new Timestep(inputs, local, List.of(), buffers());
    return Optional.of(new Timestep.Ahead(timestep, timestep.batchesWithin(known)));
  }

  /**
   * Gather: fuses the predictions, makes ONE scheduler step (spec section 6), or the half of one
   * that asks twice, puts back what is kept of a picture (conditioning section 5.3), and at a
   * phase's end begins the next.
   *
   * @return the phase's result, if this was its last timestep
   */
  public Optional<PhaseResult> closeTimestep(Timestep timestep) {
    Scheduler scheduler = scheduler();
    float[] prediction = timestep.fusedPrediction();
    beginning
        .structure()
        .guide(
            plan,
            scheduler,
            plan.firstStep(phase()),
            step,
            timestep.isSecond(),
            latent.samples(),
            prediction,
            beginning.kept(),
            phase().extent().height());
    StepNoise stepNoise = StepNoise.of(plan.spec().seed(), phase().number());
    history.lend(buffers().idleAfterGather());
    scheduler.step(step, latent.samples(), prediction, history, stepNoise);
    quirks.discardDraws(random.torch(), timestep.local(), timestep.dilated());
    if (history.evaluation() > 0) {
      // The second time draws this step's windows once more.
      random = new RandomStreams(random.torch(), PythonRandom.restore(windowsDrawnFrom));
      return Optional.empty();
    }
    step++;
    KeptLatent kept = beginning.kept();
    if (kept != null) {
      kept.blend(latent.samples(), step < scheduler.steps() ? scheduler.noiseMix(step) : null);
    }
    if (step < scheduler.steps()) {
      return Optional.empty();
    }
    timestep.release();
    return Optional.of(endPhase());
  }

  /** Gives the latent the anchor's mean and deviation (spec section 2.4). */
  private PhaseResult endPhase() {
    Phase phase = phase();
    Latent result = latent;
    buffers = null;
    KeptLatent kept = beginning.kept();
    if (kept != null) {
      standardiseDrawn(kept);
    } else {
      Moments moments = Moments.of(result.samples());
      if (anchor == null) {
        anchor = moments;
      } else if (plan.settings().standardises()) {
        moments.standardise(result.samples(), anchor);
      }
    }
    history.clear();
    beginning = beginning.over();
    phaseIndex++;
    if (!isDone()) {
      open(result);
    }
    return new PhaseResult(phase, result, isDone());
  }

  /**
   * The same where a part of a picture is drawn anew: by the samples of that part alone, and not at
   * all where a phase has fewer than two of them (conditioning section 5.3).
   */
  private void standardiseDrawn(KeptLatent kept) {
    float[] samples = latent.samples();
    boolean isFirst = phaseIndex == 0;
    Moments to = anchor;
    if (kept.mask().count() < 2 || (!isFirst && to == null)) {
      return;
    }
    Moments moments = Moments.of(kept.mask().of(samples));
    if (isFirst || to == null) {
      anchor = moments;
    } else if (plan.settings().standardises()) {
      moments.standardise(samples, to);
      kept.blend(samples, null);
    }
  }

  /**
   * Goes on to the next phase, as far as it goes without its picture.
   *
   * @param previous what the phase before ended with, or the encoded picture
   */
  void open(Latent previous) {
    step = plan.firstStep(phase());
    latent = previous;
    opening = opening(previous);
    if (opening.isReady()) {
      beginPhase();
    }
  }

  /** Whether the next phase cannot begin without the picture of {@link #previous}. */
  public boolean awaitsPicture() {
    return opening != null && opening.awaitsPicture();
  }

  /** What the phase before ended with, while the next has not begun: the latent to decode. */
  public Latent previous() {
    return opening().previous();
  }

  /** Gives the picture: then the next phase has begun, or there is an {@link #encoding}. */
  public void show(PhasePicture picture) {
    opening().show(picture);
    if (opening().isReady()) {
      beginPhase();
    }
  }

  /** What the VAE's encoder must see before the next phase can begin, once its picture is there. */
  public Optional<ReferenceEncoding> encoding() {
    return opening == null ? Optional.empty() : opening.encoding();
  }

  /**
   * Computes what the next phase begins with and needs none of its pictures for, while those are
   * with workers. May be called from any thread, or not at all.
   */
  public void prepare() {
    PhaseOpening now = opening;
    if (now != null) {
      now.prepare();
    }
  }

  /** Begins the next phase, whose {@link #encoding} is complete. */
  public void beginPhase() {
    PhaseOpening.Begun begun =
        phase().start() == Phase.Start.NOISE
            ? opening().beginInNoise(beginning.noise(), scheduler(), storage)
            : opening().begin(scheduler(), storage);
    random = new RandomStreams(begun.torch(), random.python());
    latent = begun.latent();
    beginning = begun.beginning();
    opening = null;
  }

  private PhaseOpening opening(Latent previous) {
    return new PhaseOpening(plan, phaseIndex, previous, random.torch());
  }

  private PhaseOpening opening() {
    if (opening == null) {
      throw new IllegalStateException("no phase is to begin here");
    }
    return opening;
  }

  private Scheduler scheduler() {
    return schedules.of(phase());
  }

  private PhaseBuffers buffers() {
    if (buffers == null) {
      buffers = new PhaseBuffers(plan, phase(), storage);
    }
    return buffers;
  }

  /**
   * A checkpoint: this render's own arrays, which stay as they are until the next {@link
   * #closeTimestep}. Opening a timestep does not change them.
   */
  public RenderState state() {
    return RenderResumption.state(
        new RenderPosition(
            random, history, phaseIndex, step, latent, anchor, beginning, opening != null));
  }
}
