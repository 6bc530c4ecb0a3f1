package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.fast.FastSchedule;
import demofusion.coordinator.diffusion.scheduler.Schedulers;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;

/** Which schedule each phase of a render goes through: the solver's, or fast mode's few steps. */
final class PhaseSchedules {
  private final RenderPlan plan;
  private final Scheduler whole;

  PhaseSchedules(RenderPlan plan) {
    this.plan = plan;
    this.whole =
        Schedulers.create(
            plan.scheduler(),
            plan.scheduler().kind(),
            plan.spec().stepsOrStandard(),
            plan.spec().methodSettings().eta());
  }

  Scheduler of(Phase phase) {
    return plan.settings().isFast(phase) ? fast(phase) : whole;
  }

  private Scheduler fast(Phase phase) {
    return new FastSchedule(
        plan.scheduler(),
        plan.refinement(),
        plan.spec().methodSettings().fast(),
        plan.spec().methodSettings().eta(),
        plan.spec().seed(),
        phase.number());
  }
}
