package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.dispatch.OpenTiles;
import demofusion.coordinator.dispatch.OpenWork;
import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.render.RenderSteps.Step;
import demofusion.coordinator.render.timing.BarrierClock;
import demofusion.coordinator.render.timing.StepClock;
import demofusion.coordinator.render.timing.StepTimes;
import demofusion.coordinator.render.timing.TimestepTimings;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.WorkResult;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The timestep whose view batches are with workers: scatters them as tasks, gathers their
 * predictions, and measures what took how long. One after another, for a job's whole run.
 *
 * <p>Near its end, view batches of the next one are handed out where workers have nothing else to
 * do ({@link Render#ahead}). Their answers wait here until it is open, and are lost with the job.
 */
final class OpenTimestep {
  /** View batches for each worker: when no more are left, the next timestep's are looked for. */
  private static final int LEFT_PER_WORKER = 3;

  private final RenderPlan plan;
  private final JobPrompts prompts;
  private final ProgressMeter meter;
  private final UnaryOperator<AssetId> pictures;
  private final StepClock clock = new StepClock(System::nanoTime, Clock.systemUTC());
  private final BarrierClock barrier = new BarrierClock();
  private @Nullable Timestep open;
  private List<ViewBatch> batches = List.of();
  private final BitSet answered = new BitSet();
  private final BitSet handedOutAhead = new BitSet(); // of the next timestep
  private final Map<Integer, Task.Done> answeredAhead = new TreeMap<>();
  private @Nullable Timestep next; // as far as it was handed out
  private @Nullable Render render;
  private @Nullable JobDispatch dispatch;
  private int rowsAhead; // of tiles that were looked for when so many were summed
  private long firstTag = JobEncoding.FIRST_FREE_TAG;
  private boolean isAdvancing;
  private double barrierShare;

  /**
   * @param prompts which conditioning each step is drawn with
   * @param pictures how workers know the pictures of phases
   */
  OpenTimestep(
      RenderPlan plan, JobPrompts prompts, ProgressMeter meter, UnaryOperator<AssetId> pictures) {
    this.plan = plan;
    this.prompts = prompts;
    this.meter = meter;
    this.pictures = pictures;
  }

  /** Null before the first and after the last. */
  @Nullable Timestep timestep() {
    return open;
  }

  /** Hands out its view batches, but for those that were handed out before. */
  void scatter(Timestep timestep, Render render, JobDispatch dispatch) {
    open = timestep;
    this.render = render;
    this.dispatch = dispatch;
    isAdvancing = false;
    clock.scattered();
    barrier.scattered(System.nanoTime());
    meter.begin(timestep);
    firstTag += batches.size();
    batches = timestep.batches();
    answered.clear();
    rowsAhead = 0;
    List<Task> tasks = new ArrayList<>();
    for (ViewBatch batch : batches) {
      if (!handedOutAhead.get(batch.index())) {
        tasks.add(task(timestep, batch, firstTag, terms(timestep, batch), dispatch));
      } else if (next == null || !batch.equals(next.batches().get(batch.index()))) {
        throw new IllegalStateException(unit(timestep, batch) + " was handed out as another one");
      }
    }
    dispatch.submit(tasks);
    next = null;
    handedOutAhead.clear();
    List<Task.Done> early = List.copyOf(answeredAhead.values());
    answeredAhead.clear();
    early.forEach(done -> take(timestep, done));
  }

  private Task task(
      Timestep timestep, ViewBatch batch, long tags, BatchTerms terms, JobDispatch dispatch) {
    int step = plan.units().inSchedule(timestep.phase(), timestep.step());
    return dispatch.task(
        tags + batch.index(),
        unit(timestep, batch),
        batch.isLocal() ? BatchKind.LOCAL : BatchKind.GLOBAL,
        terms.with(timestep.networks()),
        () -> timestep.work(batch, prompt -> prompts.at(step, prompt), pictures));
  }

  /**
   * Hands out what of the next timestep sees nothing that is still out, where so little of this one
   * is left that workers may soon have nothing to do.
   */
  private void handOutAhead(Timestep timestep, Render render, JobDispatch dispatch) {
    int left = batches.size() - timestep.summed();
    if (left == 0 || left > LEFT_PER_WORKER * barrier.workers() || !isAtNewRow(timestep)) {
      return;
    }
    Optional<Timestep.Ahead> ahead = render.ahead(timestep);
    if (ahead.isEmpty()) {
      return;
    }
    Timestep following = ahead.get().timestep();
    next = following;
    List<Task> tasks = new ArrayList<>();
    for (ViewBatch batch : ahead.get().batches()) {
      if (!handedOutAhead.get(batch.index())) {
        handedOutAhead.set(batch.index());
        BatchTerms terms = terms(following, batch).ahead();
        tasks.add(task(following, batch, firstTag + batches.size(), terms, dispatch));
      }
    }
    if (!tasks.isEmpty()) {
      dispatch.submit(tasks);
    }
  }

  /** Whether more rows of tiles are summed than when this was asked before. */
  private boolean isAtNewRow(Timestep timestep) {
    int known = timestep.rowsKnown();
    boolean isNew = known > rowsAhead;
    rowsAhead = known;
    return isNew;
  }

  private static String unit(Timestep timestep, ViewBatch batch) {
    return "phase %s, timestep %s%s, view batch %s"
        .formatted(
            timestep.phase().number(),
            timestep.step() + 1,
            timestep.isSecond() ? " (second evaluation)" : "",
            batch.index());
  }

  private BatchTerms terms(Timestep timestep, ViewBatch batch) {
    int views = batch.rows().size();
    long answerBytes =
        (long) Float.BYTES
            * views
            * plan.geometry().latentChannels()
            * batch.rows().get(0).view().extent().area();
    int threads = plan.spec().threads();
    // Views that are not guided take half as long, as halves do.
    return batch.half() == GuidanceHalf.BOTH && plan.isGuided(timestep.phase())
        ? BatchTerms.forward(views, threads, answerBytes, true)
            .times(timestep.effort() * batch.guidedViews() / views)
        : BatchTerms.half(views, threads, answerBytes).times(timestep.effort());
  }

  /**
   * Takes a prediction.
   *
   * @return how far the job is now; empty if it is no answer to this timestep, or one to the next
   * @throws DemofusionException if it does not fit, or there is no room for it to wait in
   */
  Optional<RenderProgress> accept(Task.Done done) {
    Timestep timestep = open;
    int index = (int) (done.tag() - firstTag);
    if (timestep == null || index < 0) {
      return Optional.empty();
    }
    Timestep following = next;
    boolean isAhead = isAhead(done);
    if (isAhead && following != null) {
      int ofNext = index - batches.size();
      fitting(() -> following.requireFitting(ofNext, noise(done)));
      answeredAhead.putIfAbsent(ofNext, done);
      barrier.answered(done.worker(), System.nanoTime());
    }
    if (isAhead) {
      return Optional.empty();
    }
    RenderProgress progress = take(timestep, done);
    Render now = render;
    JobDispatch to = dispatch;
    if (now != null && to != null) {
      handOutAhead(timestep, now, to);
    }
    return Optional.of(progress);
  }

  /** Whether an answer is one to the timestep after the open one. */
  boolean isAhead(Task.Done done) {
    return open != null && done.tag() - firstTag >= batches.size();
  }

  private static Tensor noise(Task.Done done) {
    return ((WorkResult.NoisePrediction) done.result()).noise();
  }

  private static void fitting(Runnable taking) {
    try {
      taking.run();
    } catch (IllegalArgumentException e) {
      throw new DemofusionException(
          FailureCode.INTERNAL,
          "a worker's answer does not match its request: " + e.getMessage(),
          e);
    }
  }

  private RenderProgress take(Timestep timestep, Task.Done done) {
    int index = (int) (done.tag() - firstTag);
    fitting(() -> timestep.accept(index, noise(done)));
    answered.set(index);
    barrier.answered(done.worker(), System.nanoTime());
    return meter.count(timestep, batches.get(index), done.deviceNanos());
  }

  /** Whether all views are answered, and it is not being computed yet. */
  boolean isComplete() {
    Timestep timestep = open;
    if (timestep == null || isAdvancing || !timestep.isComplete()) {
      return false;
    }
    if (clock.complete()) {
      barrierShare = barrier.share(System.nanoTime());
    }
    return true;
  }

  /** It is being computed. */
  void advancing() {
    isAdvancing = true;
    clock.advancing();
  }

  /** Where its time went; it was computed in this step. */
  TimestepTimings timings(Step step) {
    return new TimestepTimings(
        step.scatterNanos(),
        clock.lastWaited(),
        clock.lastHeldUp(),
        step.fuseNanos(),
        barrierShare);
  }

  /** Another one comes, but not at once: the next phase has to be made ready. */
  void pause() {
    open = null;
    clock.between();
  }

  /** There is no other. */
  void end() {
    open = null;
    clock.ended();
  }

  /** Where its views are; empty where no timestep is open. */
  Optional<OpenWork> tiles() {
    return Optional.ofNullable(open)
        .map(
            timestep ->
                new OpenTiles(
                    timestep.phase().number(),
                    timestep.step() + 1,
                    timestep.phase().extent(),
                    batches,
                    firstTag,
                    answered));
  }

  @Nullable StepTimes times() {
    return clock.times();
  }
}
