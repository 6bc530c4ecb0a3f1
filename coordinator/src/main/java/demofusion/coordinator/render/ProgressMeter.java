package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.render.timing.RecentRate;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Counts what came back and how fast, for one run of one job. */
final class ProgressMeter {
  /** Several units may have a view together, whose shares add up to a little less than one. */
  private static final double SHARES_LOST = 1e-6;

  private final RenderPlan plan;
  private final BarrierCost barriers;
  private final LongSupplier nanoTime;
  private final long begun;
  private final RecentRate rate = new RecentRate();
  private long tilesBefore; // done by earlier runs
  private double tilesDone; // by this run
  private double tilesOfTimestep;
  private double workBefore; // the same in guided views: a view without guidance is half of one
  private double workDone;
  private double barriersPassed; // by this run, in guided views
  private double barrierNow; // the part of the one that is gone through
  private long phaseBegun;
  private long forwards;
  private long deviceNanos;

  ProgressMeter(RenderPlan plan, LongSupplier nanoTime) {
    this.plan = plan;
    this.barriers = new BarrierCost(plan);
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    this.phaseBegun = begun;
  }

  /**
   * Goes on from an earlier run.
   *
   * @param timesteps of all phases that it did
   * @param evaluations of the next that it did
   */
  void resumeAfter(long timesteps, int evaluations) {
    long left = timesteps;
    for (Phase phase : plan.phases()) {
      int ofPhase = (int) Math.min(left, plan.timesteps(phase));
      int done = plan.evaluations(phase, ofPhase);
      workBefore += plan.units().guidedTiles(phase, ofPhase);
      if (ofPhase < plan.timesteps(phase)) {
        tilesBefore += plan.guidedViews(phase, done + evaluations);
        workBefore +=
            evaluations
                * plan.guidedTiles(phase)
                * plan.units().effort(phase, plan.firstStep(phase) + ofPhase);
        break;
      }
      tilesBefore += plan.guidedViews(phase, done);
      left -= ofPhase;
    }
  }

  /** Of a view, in guided views. */
  private double work(Phase phase) {
    return plan.isGuided(phase) ? 1 : 0.5;
  }

  /** Every evaluation of a timestep counts as tiles of its own. */
  void begin(Timestep timestep) {
    tilesOfTimestep = timestep.isSecond() ? tiles(timestep.phase()) : 0;
    if (!timestep.isSecond()) {
      rate.timestep(seconds());
    }
  }

  /** The answer to one view batch. */
  RenderProgress count(Timestep timestep, ViewBatch batch, long nanosOnDevice) {
    double views = batch.tiles();
    forwards++;
    deviceNanos += nanosOnDevice;
    tilesDone += views;
    tilesOfTimestep += views;
    Phase phase = timestep.phase();
    workDone += batch.guidedViews() * work(phase) * timestep.effort();
    int done = timestep.step() - plan.firstStep(phase);
    long viewsOfStep =
        plan.guidedViews(phase, plan.evaluations(phase, done + 1))
            - plan.guidedViews(phase, plan.evaluations(phase, done));
    return progress(
        phase,
        done + 1,
        (int) (tilesOfTimestep + SHARES_LOST),
        (int) viewsOfStep,
        barriers.after(phase));
  }

  /**
   * Before a phase's first timestep.
   *
   * @param windows of the picture that it begins with; 0 as long as that is being made
   */
  RenderProgress between(Phase next, int windowsDone, int windows) {
    double encoding = barriers.encoding(next);
    double whole = barriers.decoding(next) + encoding;
    barrierNow = windows == 0 ? 0 : whole - encoding * (windows - windowsDone) / windows;
    double left = barriers.after(next) + whole - barrierNow;
    return progress(next, 0, windowsDone, windows, left);
  }

  /** A phase has begun that was made ready. */
  void passed(Phase phase) {
    barriersPassed += barriers.decoding(phase) + barriers.encoding(phase);
    barrierNow = 0;
  }

  private RenderProgress progress(
      Phase phase, int timestep, int done, int of, double barriersLeft) {
    double seconds = secondsSince(begun);
    return new RenderProgress(
        phase,
        timestep,
        plan.timesteps(phase),
        done,
        of,
        tilesBefore + tilesDone,
        plan.guidedViews(),
        perSecond(tilesDone, seconds),
        Math.max(0, plan.guidedTiles() - workBefore - workDone) + barriersLeft,
        rate.at(seconds, workDone + barriersPassed + barrierNow));
  }

  private static double perSecond(double count, double seconds) {
    return seconds > 0 ? count / seconds : 0;
  }

  /** How long the phase took that ends now. */
  Duration endPhase() {
    long now = nanoTime.getAsLong();
    Duration time = Duration.ofNanos(now - phaseBegun);
    phaseBegun = now;
    return time;
  }

  double seconds() {
    return secondsSince(begun);
  }

  long forwards() {
    return forwards;
  }

  double deviceSeconds() {
    return deviceNanos / 1e9;
  }

  private int tiles(Phase phase) {
    return plan.localViews(phase) + plan.dilatedViews(phase);
  }

  private double secondsSince(long nanos) {
    return (nanoTime.getAsLong() - nanos) / 1e9;
  }
}
