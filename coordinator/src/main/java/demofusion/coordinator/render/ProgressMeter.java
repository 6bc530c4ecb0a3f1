package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.work.GuidanceHalf;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Counts what came back and how fast, for one run of one job. */
final class ProgressMeter {
  private final RenderPlan plan;
  private final LongSupplier nanoTime;
  private final long begun;
  private long tilesBefore; // done by earlier runs
  private double tilesDone; // by this run
  private double tilesOfTimestep;
  private long phaseBegun;
  private long forwards;
  private long deviceNanos;

  ProgressMeter(RenderPlan plan, LongSupplier nanoTime) {
    this.plan = plan;
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
      tilesBefore += (long) plan.evaluations(phase, ofPhase) * tiles(phase);
      if (ofPhase < plan.timesteps(phase)) {
        tilesBefore += (long) evaluations * tiles(phase);
        break;
      }
      left -= ofPhase;
    }
  }

  /** Every evaluation of a timestep counts as tiles of its own. */
  void begin(Timestep timestep) {
    tilesOfTimestep = timestep.isSecond() ? tiles(timestep.phase()) : 0;
  }

  /** The answer to one view batch. */
  RenderProgress count(Timestep timestep, ViewBatch batch, long nanosOnDevice) {
    double views = batch.half() == GuidanceHalf.BOTH ? batch.views().size() : 0.5;
    forwards++;
    deviceNanos += nanosOnDevice;
    tilesDone += views;
    tilesOfTimestep += views;
    double seconds = secondsSince(begun);
    Phase phase = timestep.phase();
    int done = timestep.step() - plan.firstStep(phase);
    int evaluations = plan.evaluations(phase, done + 1) - plan.evaluations(phase, done);
    return new RenderProgress(
        phase,
        done + 1,
        plan.timesteps(phase),
        (int) tilesOfTimestep,
        evaluations * tiles(phase),
        tilesBefore + tilesDone,
        plan.guidedViews(),
        seconds > 0 ? tilesDone / seconds : 0);
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
