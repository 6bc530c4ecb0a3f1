package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderSteps.Opening;
import demofusion.coordinator.store.RenderRequest;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a {@link RenderSession} has from its first timestep on. */
final class Drawing {
  final RenderPlan plan;
  final ProgressMeter meter;
  final OpenTimestep timestep;
  final PhaseBarrier barrier;
  final RenderAgenda agenda;
  Render render;

  /** Completed when what was given to be written last is on disk. */
  CompletableFuture<?> onDisk = CompletableFuture.completedFuture(null);

  private @Nullable RenderReport report;

  Drawing(RenderJob job, Opening opening, JobPrompts prompts, Render render) {
    this.plan = opening.plan();
    this.meter = new ProgressMeter(plan, System::nanoTime);
    meter.resumeAfter(opening.timestepsDone(), opening.evaluationsDone());
    this.barrier = new PhaseBarrier(job, plan, meter, System::nanoTime);
    this.timestep = new OpenTimestep(plan, prompts, meter, barrier::named);
    this.agenda = new RenderAgenda(plan.lastPhase(), job.request().previews(), opening.pictures());
    this.render = render;
  }

  /** A phase is over; what comes of it is being written. */
  void phaseDone(PhaseResult result) {
    agenda.phaseDone(result);
    barrier.phaseDone(result.phase());
  }

  /** What was being written is on disk. */
  void written() {
    agenda.written();
    barrier.written();
  }

  /** There is no timestep left. */
  void computed() {
    agenda.computed();
    timestep.end();
    barrier.end();
  }

  /** What was done is reported. */
  RenderReport reporting(RenderRequest request) {
    RenderReport made = RenderReport.of(request, plan, meter, timestep.times());
    report = made;
    agenda.reporting();
    return made;
  }

  RenderEvent.Finished finished(RenderJob job) {
    RenderReport made = Objects.requireNonNull(report, "the job is not over yet");
    return new RenderEvent.Finished(job.id(), job.folder().image(), made);
  }

  /** What to do now. */
  RenderAgenda.Next next() {
    boolean isComplete = barrier.isOpen() ? barrier.isComplete() : timestep.isComplete();
    return agenda.next(isComplete, !barrier.hasWindows());
  }
}
