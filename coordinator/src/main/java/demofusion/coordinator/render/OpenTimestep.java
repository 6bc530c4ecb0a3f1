package demofusion.coordinator.render;

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
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.WorkResult;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The timestep whose view batches are with workers: scatters them as tasks, gathers their
 * predictions, and measures what took how long. One after another, for a job's whole run.
 */
final class OpenTimestep {
  private final RenderPlan plan;
  private final JobPrompts prompts;
  private final ProgressMeter meter;
  private final UnaryOperator<AssetId> pictures;
  private final StepClock clock = new StepClock(System::nanoTime, Clock.systemUTC());
  private final BarrierClock barrier = new BarrierClock();
  private @Nullable Timestep open;
  private List<ViewBatch> batches = List.of();
  private final BitSet answered = new BitSet();
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

  /** Hands out its view batches. */
  void scatter(Timestep timestep, JobDispatch dispatch) {
    open = timestep;
    isAdvancing = false;
    clock.scattered();
    barrier.scattered(System.nanoTime());
    meter.begin(timestep);
    firstTag += batches.size();
    batches = timestep.batches();
    answered.clear();
    int step = plan.units().inSchedule(timestep.phase(), timestep.step());
    Set<String> networks = timestep.networks();
    List<Task> tasks = new ArrayList<>();
    for (ViewBatch batch : batches) {
      tasks.add(
          dispatch.task(
              firstTag + batch.index(),
              unit(timestep, batch),
              batch.isLocal() ? BatchKind.LOCAL : BatchKind.GLOBAL,
              terms(timestep, batch).with(networks),
              () -> timestep.work(batch, prompt -> prompts.at(step, prompt), pictures)));
    }
    dispatch.submit(tasks);
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
   * @return how far the job is now; empty if it is no answer to this timestep
   * @throws DemofusionException if it does not fit, or there is no room for it to wait in
   */
  Optional<RenderProgress> accept(Task.Done done) {
    Timestep timestep = open;
    int index = (int) (done.tag() - firstTag);
    if (timestep == null || index < 0) {
      return Optional.empty();
    }
    try {
      timestep.accept(index, ((WorkResult.NoisePrediction) done.result()).noise());
    } catch (IllegalArgumentException e) {
      throw new DemofusionException(
          FailureCode.INTERNAL,
          "a worker's answer does not match its request: " + e.getMessage(),
          e);
    }
    answered.set(index);
    barrier.answered(done.worker(), System.nanoTime());
    return Optional.of(meter.count(timestep, batches.get(index), done.deviceNanos()));
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
