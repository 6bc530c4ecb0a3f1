package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.ReferenceEncoding;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.condition.ConditionIds;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.dispatch.OpenWindows;
import demofusion.coordinator.dispatch.OpenWork;
import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.render.RenderSteps.Step;
import demofusion.coordinator.render.timing.BarrierTimings;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.WorkResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a job stands before a phase that begins with pictures: that of the phase before, and mostly
 * what the VAE's encoder sees of it; or, where a part of a picture is drawn anew, that one, before
 * every phase. The picture is made as previews are ({@link PictureAssembly}), but its rows are used
 * as soon as they are there: each window is handed out when its own are, and comes back in any
 * order. The PNG is written beside that. One barrier after another, for a job's whole run.
 *
 * <pre>
 *   reach → first rows → advance → reach → windows encoded → advance → passed
 *     └──── all rows, where no windows are needed ──→ advance ───────────┘
 * </pre>
 *
 * <p>Where workers are told of the picture themselves, and where it lies in the folder already, the
 * PNG is what is waited for, and read.
 *
 * <p>Nothing of it is in a checkpoint: a job that is resumed in it has the phase's latent, maybe
 * the picture, and goes through it again to the same bits.
 */
final class PhaseBarrier implements AutoCloseable {
  /** Windows' tags go down from here: a picture's tasks have tags from −1 up. */
  private static final long FIRST_TAG = -2;

  private static final Logger LOG = LoggerFactory.getLogger(PhaseBarrier.class);
  private static final double NANOS = 1e9;

  private final JobId job;
  private final RenderPlan plan;
  private final ProgressMeter meter;
  private final LongSupplier nanoTime;
  private final PassingPicture picture;
  private final BitSet scattered = new BitSet();
  private final BitSet answered = new BitSet();
  private @Nullable Stand stand;
  private @Nullable Path made;
  private @Nullable JobDispatch dispatch;
  private boolean isAdvancing;
  private volatile @Nullable Followed followed;
  private int done; // the last phase that ended; 0 before
  private long since;
  private long pictureNanos;
  private long encodeNanos;
  private long computeNanos;

  /**
   * Where the job stands.
   *
   * @param next the phase that is to begin
   * @param encoding null as long as its picture is not there
   */
  private record Stand(Render render, Phase next, @Nullable ReferenceEncoding encoding) {
    int windows() {
      return encoding == null ? 0 : encoding.count();
    }

    boolean isAfter(Phase phase) {
      return next.number() == phase.number() + 1;
    }
  }

  /**
   * The picture that a phase's work is told of.
   *
   * @param planned its name in the plan
   * @param provided its name on workers
   */
  private record Followed(AssetId planned, AssetId provided) {}

  PhaseBarrier(RenderJob job, RenderPlan plan, ProgressMeter meter, LongSupplier nanoTime) {
    this.job = job.id();
    this.plan = plan;
    this.meter = meter;
    this.nanoTime = nanoTime;
    this.picture = new PassingPicture(job);
  }

  /**
   * The render is between two phases, and goes on when this {@link #isComplete}. Hands the windows
   * out if it is so far.
   *
   * @return the phase whose picture has to be made first
   */
  Optional<Phase> reach(Render render, JobDispatch dispatch) {
    if (stand == null) {
      since = nanoTime.getAsLong();
    } else {
      computeNanos += lap();
    }
    this.dispatch = dispatch;
    Phase next = render.phase();
    ReferenceEncoding encoding = render.encoding().orElse(null);
    stand = new Stand(render, next, encoding);
    isAdvancing = false;
    made = null;
    scattered.clear();
    answered.clear();
    if (encoding != null) {
      scatter(encoding, dispatch);
      return Optional.empty();
    }
    made = picture.find(before(next).number()).orElse(null);
    return made == null ? Optional.of(before(next)) : Optional.empty();
  }

  /** The phase whose picture is waited for; one that starts from a picture has that already. */
  private Phase before(Phase next) {
    return plan.phases().get(plan.phases().indexOf(next) - 1);
  }

  /** Hands out the windows whose rows are there. */
  private void scatter(ReferenceEncoding windows, JobDispatch dispatch) {
    BatchTerms terms = BatchTerms.encodingWindow(plan.spec().threads());
    List<Task> tasks = new ArrayList<>();
    for (int n = 0; n < windows.count(); n++) {
      if (scattered.get(n) || !windows.isReadable(n)) {
        continue;
      }
      scattered.set(n);
      int window = n;
      String unit = "phase " + here().next().number() + ", window " + n;
      tasks.add(dispatch.task(FIRST_TAG - n, unit, terms, () -> windows.work(window)));
    }
    if (!tasks.isEmpty()) {
      dispatch.submit(tasks);
    }
  }

  /**
   * Where a picture that is to be made comes from and goes to, if it is the one that is waited for.
   *
   * @param onDisk completed when what the phase ended with is
   */
  Optional<PictureAssembly.Passing> passing(Phase phase, CompletableFuture<?> onDisk) {
    Stand here = stand;
    if (here == null || !here.isAfter(phase) || !here.render().awaitsPicture()) {
      return Optional.empty();
    }
    Latent latent = here.render().previous();
    PixelExtent extent = latent.extent().toPixels(plan.geometry().vaeScaleFactor());
    int number = phase.number();
    return Optional.of(
        new PictureAssembly.Passing(
            Samples.of(latent),
            onDisk,
            isFollowed(here.next()) ? null : () -> picture.begin(number, extent),
            picture.isPreview()));
  }

  /** Whether a phase's work is told of the picture before it. */
  private boolean isFollowed(Phase phase) {
    return plan.conditions().followsPhase(phase.number());
  }

  /** There are more rows of the picture that is waited for. */
  void rowsMade() {
    Stand here = stand;
    if (here != null && here.encoding() != null) {
      scatter(here.encoding(), Objects.requireNonNull(dispatch));
    }
  }

  /** A phase's picture is there, which may be the one that is waited for. */
  void pictureMade(Phase phase, Path file) {
    Stand here = stand;
    if (here != null && here.isAfter(phase)) {
      made = file;
    } else if (here == null || here.next().number() > phase.number()) {
      picture.delete(phase.number()); // the next phase did not wait for it
    }
  }

  /** Whether a task is a window of such a barrier. */
  static boolean isWindow(long tag) {
    return tag <= FIRST_TAG;
  }

  /**
   * Takes a window's latent.
   *
   * @return how far the job is now
   * @throws DemofusionException if it does not fit
   */
  RenderProgress accept(Task.Done done) {
    ReferenceEncoding encoding = Objects.requireNonNull(here().encoding());
    int window = (int) (FIRST_TAG - done.tag());
    try {
      encoding.accept(window, (WorkResult.EncodedPicture) done.result());
    } catch (IllegalArgumentException e) {
      throw new DemofusionException(
          FailureCode.INTERNAL,
          "a worker's answer does not match its request: " + e.getMessage(),
          e);
    }
    answered.set(window);
    return progress();
  }

  /** How far the job is that stands here. */
  RenderProgress progress() {
    return meter.between(here().next(), answered.cardinality(), here().windows());
  }

  private Stand here() {
    return Objects.requireNonNull(stand, "the job is not between two phases");
  }

  /** Whether the job stands here. */
  boolean isOpen() {
    return stand != null;
  }

  /** Whether what the job waits for here is there, and it has not gone on yet. */
  boolean isComplete() {
    Stand here = stand;
    if (here == null || isAdvancing) {
      return false;
    }
    ReferenceEncoding encoding = here.encoding();
    return encoding == null ? made != null || hasRows(here) : encoding.isComplete();
  }

  /** Whether so many rows of the picture are there that the job goes on: some, for windows. */
  private boolean hasRows(Stand here) {
    UnpackedPicture rows = picture.rows();
    int wanted = rows == null || plan.needsEncoding(here.next()) ? 1 : rows.extent().height();
    return rows != null && rows.readableRows() >= wanted;
  }

  /** Whether all that follows is that windows are handed out: nothing of it is kept. */
  boolean hasWindows() {
    return stand != null
        && stand.encoding() == null
        && plan.needsEncoding(stand.next())
        && isComplete();
  }

  /** It goes on: what is to be computed, on another thread. */
  Supplier<Step> advance() {
    isAdvancing = true;
    Stand here = here();
    if (here.encoding() != null) {
      encodeNanos += lap();
      return () -> {
        Step begun = RenderSteps.beginPhase(here.render());
        forget(here.next());
        return begun;
      };
    }
    pictureNanos += lap();
    UnpackedPicture rows = picture.rows();
    if (rows != null) {
      return () -> show(here, rows);
    }
    Path file = Objects.requireNonNull(made);
    JobDispatch job = Objects.requireNonNull(dispatch);
    return () -> show(here, read(here.next(), file, job));
  }

  private PhasePicture read(Phase next, Path file, JobDispatch job) {
    int before = next.number() - 1;
    if (isFollowed(next)) {
      Asset.PictureFile asset = PassingPicture.asset(before, file);
      followed = new Followed(ConditionIds.phase(before), asset.id());
      job.provide(asset);
    }
    return picture.open(before, file);
  }

  private Step show(Stand here, PhasePicture shown) {
    Step step = RenderSteps.show(here.render(), shown);
    if (step.next() != null) {
      forget(here.next());
    }
    return step;
  }

  /** How workers know a picture. */
  AssetId named(AssetId planned) {
    Followed now = followed;
    return now != null && now.planned().equals(planned) ? now.provided() : planned;
  }

  /** A phase is over: the picture that its work was told of need not be held any more. */
  void phaseDone(Phase phase) {
    done = phase.number();
    Followed now = followed;
    followed = null;
    if (now != null) {
      Objects.requireNonNull(dispatch).letGo(now.provided());
    }
  }

  /** What was done is on disk, so nobody takes the job up again before the end of that phase. */
  void written() {
    if (done > 1) {
      picture.delete(done - 1);
    }
  }

  /** A phase has begun: of pictures that nothing is made of any more nothing is left. */
  private void forget(Phase begun) {
    int before = begun.number() - 1;
    if (isFollowed(begun)) {
      picture.release();
    } else {
      picture.forget(before);
    }
    if (before > 1) {
      picture.forget(before - 1);
    }
  }

  /** All phases are over. */
  void end() {
    picture.release();
    plan.phases().stream()
        .filter(phase -> !phase.equals(plan.lastPhase()))
        .forEach(phase -> picture.delete(phase.number()));
  }

  /**
   * The next phase has begun.
   *
   * @return where the time went; empty where there was no barrier
   */
  Optional<RenderEvent.BarrierPassed> passed() {
    if (stand == null) {
      return Optional.empty();
    }
    computeNanos += lap();
    if (made != null && !isFollowed(stand.next())) {
      picture.delete(stand.next().number() - 1); // it may have been whole after it was forgotten
    }
    BarrierTimings timings =
        new BarrierTimings(stand.windows(), pictureNanos, encodeNanos, computeNanos);
    meter.passed(stand.next());
    LOG.info(
        "event=phase-begun job={} phase={} windows={} picture-seconds={} encode-seconds={}"
            + " compute-seconds={}",
        job,
        stand.next().number(),
        timings.windows(),
        pictureNanos / NANOS,
        encodeNanos / NANOS,
        computeNanos / NANOS);
    RenderEvent.BarrierPassed passed = new RenderEvent.BarrierPassed(job, stand.next(), timings);
    pictureNanos = 0;
    encodeNanos = 0;
    computeNanos = 0;
    stand = null;
    made = null;
    return Optional.of(passed);
  }

  private long lap() {
    long now = nanoTime.getAsLong();
    long lap = now - since;
    since = now;
    return lap;
  }

  /** Its windows, for who looks at them; empty where the job does not stand here. */
  Optional<OpenWork> tiles() {
    return Optional.ofNullable(stand)
        .map(
            here -> {
              ReferenceEncoding encoding = here.encoding();
              return new OpenWindows(
                  here.next().number(),
                  here.next().extent(),
                  encoding == null ? List.of() : encoding.windows(),
                  FIRST_TAG,
                  answered);
            });
  }

  @Override
  public void close() {
    picture.close();
  }
}
