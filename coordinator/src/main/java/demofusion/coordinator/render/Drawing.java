package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderSteps.Opening;
import org.jspecify.annotations.Nullable;

/** What a {@link RenderSession} has from its first timestep on. */
final class Drawing {
  final RenderPlan plan;
  final ProgressMeter meter;
  final OpenTimestep timestep;
  final PhaseBarrier barrier;
  final RenderAgenda agenda;
  Render render;
  @Nullable RenderReport report;

  Drawing(RenderJob job, Opening opening, JobPrompts prompts, Render render) {
    this.plan = opening.plan();
    this.meter = new ProgressMeter(plan, System::nanoTime);
    meter.resumeAfter(opening.timestepsDone(), opening.evaluationsDone());
    this.timestep = new OpenTimestep(plan, prompts, meter);
    this.barrier = new PhaseBarrier(job, plan, meter, System::nanoTime);
    this.agenda = new RenderAgenda(plan.lastPhase(), job.request().previews(), opening.pictures());
    this.render = render;
  }

  /** There is no timestep left. */
  void computed() {
    agenda.computed();
    timestep.end();
    barrier.end();
  }

  /** Whether all that the job waits for is there, and nothing is computed of it yet. */
  boolean isComplete() {
    return barrier.isOpen() ? barrier.isComplete() : timestep.isComplete();
  }
}
