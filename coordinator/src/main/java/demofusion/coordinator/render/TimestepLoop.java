package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.ViewBatch;
import demofusion.coordinator.render.RenderSession.Answered;
import demofusion.coordinator.render.RenderSession.Command;
import demofusion.coordinator.render.RenderSession.PictureMade;
import demofusion.coordinator.render.RenderSession.Stepped;
import demofusion.coordinator.render.RenderSession.Written;
import demofusion.coordinator.render.RenderSteps.Opening;
import demofusion.coordinator.render.RenderSteps.Step;
import demofusion.coordinator.render.ledger.BatchTerms;
import demofusion.coordinator.store.JobFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.WorkResult;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * The greater part of a {@link RenderSession}'s life: scatter a timestep's units, gather their
 * predictions, go on to the next. Meanwhile the checkpoint of the timestep before is being written,
 * and pictures of earlier phases are being made; only when a timestep is complete while the
 * checkpoint before it is not, it waits, so that a crash never costs more than one.
 */
final class TimestepLoop {
  private final SessionDesk desk;
  private final RenderPlan plan;
  private final ProgressMeter meter;
  private final StepClock clock = new StepClock(System::nanoTime, Clock.systemUTC());
  private final BarrierClock barrier = new BarrierClock();
  private final List<Phase> picturesToMake; // of phases whose latent is on disk
  private Render render;
  private @Nullable Timestep open;
  private List<ViewBatch> batches = List.of();
  private final BitSet answered = new BitSet();
  private long firstTag = RenderSession.FIRST_FREE_TAG;
  private int picturesInTheMaking;
  private double barrierShare;

  TimestepLoop(SessionDesk desk, Opening opening, Step first) {
    this.desk = desk;
    this.plan = opening.plan();
    this.picturesToMake = new ArrayList<>(opening.pictures());
    this.meter = new ProgressMeter(plan, System::nanoTime);
    meter.resumeAfter(opening.timestepsDone());
    this.render = first.render();
    this.open = first.next();
  }

  Behavior<Command> begin() {
    desk.showsTiles(this::openTiles);
    makePictures();
    return scatter();
  }

  private Behavior<Command> stepping() {
    return desk.always()
        .onMessage(Answered.class, answer -> desk.unlessFailed(answer, this::onPredicted))
        .onMessage(Stepped.class, this::onStepped)
        .onMessage(Written.class, this::onCheckpointWritten)
        .onMessage(PictureMade.class, this::onPictureMade)
        .build();
  }

  /** All timesteps are done; the last pictures and the last checkpoint are not. */
  private Behavior<Command> finishing() {
    return desk.always()
        .onMessage(Written.class, this::onLastWritten)
        .onMessage(PictureMade.class, this::onLastPictureMade)
        .build();
  }

  private Behavior<Command> reporting(RenderReport report) {
    return desk.always()
        .onMessage(
            Written.class,
            written ->
                desk.end(
                    new RenderEvent.Finished(desk.job().id(), desk.job().folder().image(), report)))
        .build();
  }

  private Behavior<Command> scatter() {
    Timestep timestep = open;
    if (timestep == null) {
      clock.ended();
      return finishIfAllIsDone();
    }
    clock.scattered();
    barrier.scattered(System.nanoTime());
    meter.beginTimestep();
    firstTag += batches.size();
    batches = timestep.batches();
    answered.clear();
    List<Task> tasks = new ArrayList<>();
    for (ViewBatch batch : batches) {
      tasks.add(
          desk.task(
              firstTag + batch.index(),
              batch.isLocal() ? BatchKind.LOCAL : BatchKind.GLOBAL,
              terms(batch),
              () -> timestep.work(batch, RenderSession.TEXT)));
    }
    desk.submit(tasks);
    desk.ahead(timestep::prepare);
    return stepping();
  }

  private BatchTerms terms(ViewBatch batch) {
    int views = batch.views().size();
    long answerBytes =
        (long) Float.BYTES
            * views
            * plan.geometry().latentChannels()
            * batch.views().get(0).extent().area();
    int threads = plan.spec().threads();
    return batch.half() == GuidanceHalf.BOTH
        ? BatchTerms.forward(views, threads, answerBytes, plan.spec().guidance().isActive())
        : BatchTerms.half(threads, answerBytes);
  }

  private Behavior<Command> onPredicted(Task.Done done) {
    Timestep timestep = open;
    int index = (int) (done.tag() - firstTag);
    if (timestep == null || index < 0) {
      return Behaviors.same();
    }
    try {
      timestep.accept(index, ((WorkResult.NoisePrediction) done.result()).noise());
    } catch (IllegalArgumentException e) {
      return desk.leave(
          FailureCode.INTERNAL, "a worker's answer does not fit its question: " + e.getMessage());
    } catch (DemofusionException e) { // there was no room for it to wait in
      return desk.leave(e.code(), e.sentence());
    }
    answered.set(index);
    barrier.answered(done.worker(), System.nanoTime());
    desk.emit(
        new RenderEvent.Progressed(
            desk.job().id(), meter.count(timestep, batches.get(index), done.deviceNanos())));
    return gatherIfComplete();
  }

  private @Nullable OpenTiles openTiles() {
    Timestep timestep = open;
    if (timestep == null) {
      return null;
    }
    return new OpenTiles(
        timestep.phase().number(),
        timestep.step() + 1,
        timestep.phase().extent(),
        batches,
        firstTag,
        answered);
  }

  private Behavior<Command> onCheckpointWritten(Written written) {
    desk.written();
    desk.emit(new RenderEvent.CheckpointWritten(desk.job().id()));
    makePictures();
    return gatherIfComplete();
  }

  private Behavior<Command> gatherIfComplete() {
    Timestep timestep = open;
    if (timestep == null || !timestep.isComplete()) {
      return Behaviors.same();
    }
    if (clock.complete()) {
      barrierShare = barrier.share(System.nanoTime());
    }
    if (!desk.isWriting()) {
      clock.advancing();
      Render going = render;
      desk.onComputeThread(
          "a timestep could not be computed",
          () -> new Stepped(RenderSteps.advance(going, timestep)));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onStepped(Stepped stepped) {
    Step step = stepped.step();
    emitAnatomy(step);
    render = step.render();
    open = step.next();
    Optional<PhaseResult> result = step.phaseResult();
    RenderState state = step.state();
    if (state != null) {
      JobFolder folder = desk.job().folder();
      desk.write(() -> write(folder, result, state));
    }
    result.ifPresent(this::endPhase);
    return scatter();
  }

  private void emitAnatomy(Step step) {
    Timestep done = open;
    if (done != null) {
      StepAnatomy anatomy =
          new StepAnatomy(
              step.scatterNanos(),
              clock.lastWaited(),
              clock.lastHeldUp(),
              step.fuseNanos(),
              barrierShare);
      desk.emit(new RenderEvent.TimestepDone(desk.job().id(), done.phase(), anatomy));
    }
  }

  /** The phase's latent first: the next phase, and its picture, are made from it after a crash. */
  private static void write(JobFolder folder, Optional<PhaseResult> result, RenderState state) {
    result.ifPresent(phase -> folder.writePhase(phase.phase().number(), phase.latent()));
    folder.writeCheckpoint(state);
  }

  private void endPhase(PhaseResult result) {
    desk.emit(new RenderEvent.PhaseDone(desk.job().id(), result.phase(), meter.endPhase()));
    if (result.last() || desk.job().request().previews()) {
      picturesToMake.add(result.phase());
    }
  }

  /**
   * From the phases' files: a picture in the making holds no latent, but some tiles. So previews
   * are made one after another, and the picture as soon as it can be.
   */
  private void makePictures() {
    if (desk.isWriting()) {
      return; // the phase's file may be what is being written
    }
    for (Phase phase : List.copyOf(picturesToMake)) {
      if (picturesInTheMaking == 0 || SessionDesk.isLast(plan, phase)) {
        picturesToMake.remove(phase);
        picturesInTheMaking++;
        desk.makePicture(plan, phase);
      }
    }
  }

  private Behavior<Command> onPictureMade(PictureMade made) {
    @Nullable Behavior<Command> failure = count(made);
    return failure == null ? Behaviors.same() : failure;
  }

  private Behavior<Command> onLastPictureMade(PictureMade made) {
    @Nullable Behavior<Command> failure = count(made);
    return failure == null ? finishIfAllIsDone() : failure;
  }

  private Behavior<Command> onLastWritten(Written written) {
    desk.written();
    makePictures();
    return finishIfAllIsDone();
  }

  /**
   * A preview that cannot be made is a pity, a picture that cannot be made is the end. On a full
   * disk either can be made later.
   */
  private @Nullable Behavior<Command> count(PictureMade made) {
    picturesInTheMaking--;
    makePictures();
    Phase phase = made.outcome().phase();
    boolean isLast = SessionDesk.isLast(plan, phase);
    if (made.outcome() instanceof PictureAssembly.Failed failed) {
      if (isLast || failed.code() == FailureCode.DISK_FULL) {
        return desk.leave(failed.code(), failed.sentence());
      }
      desk.emit(
          new RenderEvent.Warning(
              desk.job().id(),
              "the preview of phase " + phase.number() + " is missing: " + failed.sentence()));
    } else if (made.outcome() instanceof PictureAssembly.Done done && !isLast) {
      desk.emit(new RenderEvent.PreviewWritten(desk.job().id(), phase, done.file()));
    }
    return null;
  }

  private Behavior<Command> finishIfAllIsDone() {
    if (picturesInTheMaking > 0 || desk.isWriting()) {
      desk.hurry();
      return finishing();
    }
    RenderReport report = RenderReport.of(desk.job().request(), plan, meter, clock.times());
    desk.write(() -> desk.job().folder().writeReport(report));
    return reporting(report);
  }
}
