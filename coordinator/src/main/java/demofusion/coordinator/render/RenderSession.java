package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.render.RenderSteps.Opening;
import demofusion.coordinator.render.RenderSteps.Step;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job from its request to its picture. It walks through the same {@link
 * demofusion.coordinator.diffusion.Render} as the sequential way does, and has the views of each
 * timestep predicted by the workers there are; the order of their answers changes nothing.
 *
 * <p>States: {@link #finding} a worker with the job's model, {@link #planning} and waiting for room
 * in the heap, {@link #opening} the folder, {@link #encoding} the prompts, {@link #drawing}, in
 * which {@link RenderAgenda} decides what is next; at the end of a job that failed {@link #leave}.
 */
final class RenderSession {
  private static final Logger LOG = LoggerFactory.getLogger(RenderSession.class);

  /** What a session receives. */
  sealed interface Command {}

  /** Stop: what was done stays in the folder. */
  record Cancel() implements Command {}

  /** Where the open timestep stands. */
  record ShowTiles(ActorRef<TileMap> replyTo) implements Command {}

  private record ModelFound(ModelCard card) implements Command {}

  private record Planned(RenderPlan plan) implements Command {}

  /** There is heap enough for its latents beside those of other jobs. */
  record RoomGiven() implements Command {}

  private record Opened(Opening opening) implements Command {}

  record Answered(Task.Outcome outcome) implements Command {}

  private record Stepped(RenderSteps.Step step) implements Command {}

  private record Written() implements Command {}

  private record PictureMade(PictureAssembly.Outcome outcome) implements Command {}

  private record Distrust(DispatcherCommand.Distrusted worker) implements Command {}

  private record Withdrawn() implements Command {}

  private record Broken(DemofusionException failure) implements Command {}

  /** No other thread is at work for the session any more. */
  private record Settled() implements Command {}

  private final ActorContext<Command> context;
  private final RenderJob job;
  private final ActorRef<RenderQueue.AskForRoom> queue;
  private final ActorRef<RenderEvent.Last> lastWord;
  private final JobDispatch dispatch;
  private final BackgroundWork<Command> background;
  private final JobPictures pictures;
  private final Suspicion suspicion = new Suspicion();
  private final ActorRef<DispatcherCommand.Distrusted> distrust;
  private int timesTaken;
  private @Nullable RenderPlan plan;
  private @Nullable Opening opening;
  private @Nullable JobEncoding encoding;
  private @Nullable Drawing drawing;
  private RenderEvent.@Nullable Last reasonToLeave;

  private RenderSession(
      ActorContext<Command> context,
      RenderJob job,
      ActorRef<DispatcherCommand> dispatcher,
      ActorRef<RenderQueue.AskForRoom> queue,
      Function<ModelGeometry, PictureTiling> tiling,
      ActorRef<RenderEvent.Last> lastWord) {
    this.context = context;
    this.job = job;
    this.queue = queue;
    this.lastWord = lastWord;
    this.dispatch =
        new JobDispatch(job, dispatcher, context.messageAdapter(Task.Outcome.class, Answered::new));
    this.distrust = context.messageAdapter(DispatcherCommand.Distrusted.class, Distrust::new);
    this.background = new BackgroundWork<>(context, Broken::new);
    this.pictures =
        new JobPictures(
            context,
            job,
            dispatch,
            background,
            tiling,
            context.messageAdapter(PictureAssembly.Outcome.class, PictureMade::new));
  }

  /**
   * @param job of which the session closes the folder when it ends
   * @param queue gives room in the heap
   * @param lastWord receives the job's last event, once everything has been released
   */
  static Behavior<Command> create(
      RenderJob job,
      ActorRef<DispatcherCommand> dispatcher,
      ActorRef<RenderQueue.AskForRoom> queue,
      Function<ModelGeometry, PictureTiling> tiling,
      ActorRef<RenderEvent.Last> lastWord) {
    return Behaviors.setup(
        context -> new RenderSession(context, job, dispatcher, queue, tiling, lastWord).begin());
  }

  private Behavior<Command> begin() {
    dispatch.findModel(context.messageAdapter(ModelCard.class, ModelFound::new));
    return finding();
  }

  private Behavior<Command> finding() {
    return always().onMessage(ModelFound.class, this::onModelFound).build();
  }

  private Behavior<Command> planning() {
    return always()
        .onMessage(Planned.class, this::onPlanned)
        .onMessage(RoomGiven.class, this::onRoomGiven)
        .build();
  }

  private Behavior<Command> opening() {
    return always().onMessage(Opened.class, this::onOpened).build();
  }

  private Behavior<Command> encoding() {
    return always()
        .onMessage(Answered.class, answer -> unlessFailed(answer, this::onEncoded))
        .onMessage(Stepped.class, this::onBegun)
        .build();
  }

  private Behavior<Command> drawing() {
    return always()
        .onMessage(Answered.class, answer -> unlessFailed(answer, this::onPredicted))
        .onMessage(Stepped.class, this::onStepped)
        .onMessage(Written.class, this::onWritten)
        .onMessage(PictureMade.class, this::onPictureMade)
        .build();
  }

  /** What every state receives. */
  private BehaviorBuilder<Command> always() {
    return BehaviorBuilder.<Command>create()
        .onMessage(Cancel.class, this::onCancel)
        .onMessage(Broken.class, this::onBroken)
        .onMessage(Distrust.class, this::onDistrust)
        .onMessage(ShowTiles.class, this::onShowTiles)
        .onSignal(PostStop.class, this::onStop);
  }

  private Behavior<Command> unlessFailed(
      Answered answer, Function<Task.Done, Behavior<Command>> otherwise) {
    if (answer.outcome() instanceof Task.Failed failed) {
      return leave(failed.code(), failed.sentence());
    }
    return otherwise.apply((Task.Done) answer.outcome());
  }

  private void emit(RenderEvent event) {
    job.listener().tell(event);
  }

  private Behavior<Command> onModelFound(ModelFound found) {
    background.onFiles(
        "the job could not be started",
        () -> new Planned(RenderSteps.plan(job.folder(), found.card())));
    return planning();
  }

  private Behavior<Command> onPlanned(Planned planned) {
    plan = planned.plan();
    long bytes = planned.plan().coordinatorBytes() + UpscaleRoom.here().bytes(planned.plan());
    queue.tell(new RenderQueue.AskForRoom(job.id(), bytes));
    return Behaviors.same();
  }

  private Behavior<Command> onRoomGiven(RoomGiven given) {
    RenderPlan plan = Objects.requireNonNull(this.plan);
    background.onFiles(
        "the job could not be started", () -> new Opened(RenderSteps.open(job.folder(), plan)));
    return opening();
  }

  private Behavior<Command> onOpened(Opened opened) {
    opening = opened.opening();
    RenderPlan plan = opening.plan();
    if (timesTaken++ == 0) {
      emit(new RenderEvent.Planned(job.id(), plan, opening.timestepsDone(), plan.timesteps()));
      plan.conditions().words().forEach(word -> emit(new RenderEvent.Warning(job.id(), word)));
    }
    dispatch.open(distrust);
    opening.encoders().forEach(suspicion::encoded);
    encoding = new JobEncoding(opening);
    encoding.submit(dispatch);
    return encoding();
  }

  private Behavior<Command> onEncoded(Task.Done done) {
    JobEncoding encoding = Objects.requireNonNull(this.encoding);
    Opening ready = Objects.requireNonNull(opening);
    suspicion.encoded(done.worker());
    for (String cutOff : encoding.accept(done, dispatch)) {
      emit(new RenderEvent.Warning(job.id(), JobEncoding.warning(cutOff)));
    }
    if (encoding.isDone()) {
      background.compute(
          "the job could not be started",
          () -> new Stepped(RenderSteps.begin(job.folder(), ready, encoding)));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onBegun(Stepped begun) {
    Step first = begun.step();
    JobPrompts prompts = Objects.requireNonNull(encoding).prompts();
    drawing = new Drawing(job, Objects.requireNonNull(opening), prompts, first.render());
    open(first);
    Behavior<Command> next = goOn();
    return next == Behaviors.<Command>same() ? drawing() : next;
  }

  private Drawing drawn() {
    return Objects.requireNonNull(drawing);
  }

  private void open(Step step) {
    Drawing now = drawn();
    Timestep next = step.next();
    if (next != null) {
      now.barrier.passed().ifPresent(this::emit);
      now.timestep.scatter(next, step.render(), dispatch);
      background.computeAhead(next::prepare);
    } else if (step.render().isDone()) {
      now.computed();
    } else {
      now.timestep.pause();
      now.barrier.reach(step.render(), dispatch).ifPresent(now.agenda::await);
      background.computeAhead(step.render()::prepare);
      emit(new RenderEvent.Progressed(job.id(), now.barrier.progress()));
    }
  }

  private Behavior<Command> onPredicted(Task.Done done) {
    suspicion.fused(done.worker(), drawn().timestep.isAhead(done));
    try {
      Optional<RenderProgress> progress =
          PhaseBarrier.isWindow(done.tag())
              ? Optional.of(drawn().barrier.accept(done))
              : drawn().timestep.accept(done);
      progress.ifPresent(now -> emit(new RenderEvent.Progressed(job.id(), now)));
    } catch (DemofusionException e) {
      return leave(e.code(), e.userMessage());
    }
    return goOn();
  }

  private Behavior<Command> onStepped(Stepped stepped) {
    Step step = stepped.step();
    Timestep done = drawn().timestep.timestep();
    if (done != null) {
      emit(new RenderEvent.TimestepDone(job.id(), done.phase(), drawn().timestep.timings(step)));
    }
    drawn().render = step.render();
    suspicion.passed();
    RenderState state = step.state();
    if (state != null) {
      write(() -> RenderSteps.write(job.folder(), step.phaseResult(), state));
    }
    step.phaseResult().ifPresent(this::endPhase);
    open(step);
    return goOn();
  }

  private void endPhase(PhaseResult result) {
    emit(new RenderEvent.PhaseDone(job.id(), result.phase(), drawn().meter.endPhase()));
    drawn().phaseDone(result);
  }

  /** Writes into the job's folder, one thing at a time; answered by {@link Written}. */
  private void write(Runnable writing) {
    drawn().agenda.writing();
    drawn().onDisk =
        background.beginOnFiles(
            "the job's folder could not be written",
            () -> {
              writing.run();
              return new Written();
            });
  }

  private Behavior<Command> onWritten(Written written) {
    drawn().written();
    if (!drawn().agenda.isComputed()) {
      emit(new RenderEvent.CheckpointWritten(job.id()));
    }
    return goOn();
  }

  private Behavior<Command> onPictureMade(PictureMade made) {
    RenderAgenda agenda = drawn().agenda;
    if (made.outcome() instanceof PictureAssembly.Rows rows) {
      suspicion.decoding(rows);
      drawn().barrier.rowsMade();
      return goOn();
    }
    agenda.pictureEnded();
    Phase phase = made.outcome().phase();
    if (made.outcome() instanceof PictureAssembly.Failed failed) {
      if (agenda.isFatal(phase, failed.code())) {
        return leave(failed.code(), failed.sentence());
      }
      String sentence =
          "the preview of phase " + phase.number() + " is missing: " + failed.sentence();
      emit(new RenderEvent.Warning(job.id(), sentence));
    } else if (made.outcome() instanceof PictureAssembly.Done done) {
      suspicion.decoded(done, agenda.isUrgent(phase));
      drawn().barrier.pictureMade(phase, done.file());
      if (job.request().previews() && !phase.equals(drawn().plan.lastPhase())) {
        emit(new RenderEvent.PreviewWritten(job.id(), phase, done.file()));
      }
    }
    return goOn();
  }

  /** What follows every event. */
  private Behavior<Command> goOn() {
    pictures.make(drawn());
    switch (drawn().next()) {
      case WAIT -> {}
      case ADVANCE -> advance();
      case HURRY -> dispatch.hurry();
      case REPORT -> report();
      case END -> {
        return end(drawn().finished(job));
      }
    }
    return Behaviors.same();
  }

  private void advance() {
    PhaseBarrier barrier = drawn().barrier;
    if (barrier.isOpen()) {
      Supplier<Step> beginning = barrier.advance();
      background.compute("a phase could not be begun", () -> new Stepped(beginning.get()));
      return;
    }
    drawn().timestep.advancing();
    Render going = drawn().render;
    Timestep timestep = Objects.requireNonNull(drawn().timestep.timestep());
    background.compute(
        "a timestep could not be computed",
        () -> new Stepped(RenderSteps.advance(going, timestep)));
  }

  private void report() {
    RenderReport report = drawn().reporting(job.request());
    write(() -> job.folder().writeReport(report));
  }

  private Behavior<Command> onShowTiles(ShowTiles show) {
    Optional.ofNullable(drawing)
        .flatMap(now -> now.timestep.tiles().or(now.barrier::tiles))
        .ifPresentOrElse(
            open -> dispatch.showTiles(open, show.replyTo()),
            () -> show.replyTo().tell(TileMap.NONE));
    return Behaviors.same();
  }

  /** A worker is wrong, in this job or in another: what is in its place is drawn again. */
  private Behavior<Command> onDistrust(Distrust distrust) {
    boolean isAtWork =
        drawing == null ? encoding != null : !drawing.agenda.isReported(); // there is time yet
    boolean isMaking = drawing != null && drawing.agenda.isMakingPictures();
    if (!suspicion.isNews(distrust.worker(), isMaking)) {
      return Behaviors.same();
    }
    boolean again = isAtWork && (isMaking || suspicion.isOf(distrust.worker().worker()));
    emit(new RenderEvent.Warning(job.id(), suspicion.sentence(distrust.worker(), again)));
    return again ? takeAgain(distrust.worker().worker()) : Behaviors.same();
  }

  /**
   * Goes back to the last checkpoint, as after a crash: nothing that was begun since is used, and
   * the same bits come of it. Whatever is under way ends first.
   */
  private Behavior<Command> takeAgain(String worker) {
    LOG.warn("event=timestep-taken-again job={} worker={}", job.id(), worker);
    dispatch.withdraw(context.messageAdapter(JobId.class, any -> new Withdrawn()));
    return BehaviorBuilder.<Command>create()
        .onMessage(Withdrawn.class, this::onWithdrawn)
        .onMessage(Settled.class, this::onReadyAgain)
        .onMessage(Cancel.class, this::onCancel)
        .onMessage(Broken.class, this::onBroken)
        .onSignal(PostStop.class, this::onStop)
        .onAnyMessage(other -> Behaviors.same())
        .build();
  }

  private Behavior<Command> onWithdrawn(Withdrawn withdrawn) {
    pictures.stop();
    background.whenSettled(new Settled());
    return Behaviors.same();
  }

  private Behavior<Command> onReadyAgain(Settled settled) {
    RenderPlan plan = Objects.requireNonNull(this.plan);
    if (drawing != null) {
      drawing.barrier.close();
    }
    drawing = null;
    encoding = null;
    var wrong = suspicion.takenAgain();
    job.folder().renewStorage();
    background.onFiles(
        "the job could not be taken up again",
        () -> new Opened(RenderSteps.openWithout(wrong, job.folder(), plan)));
    return opening();
  }

  private Behavior<Command> onCancel(Cancel cancel) {
    return leave(FailureCode.CANCELLED, "cancelled");
  }

  private Behavior<Command> onBroken(Broken broken) {
    if (broken.failure().code() == FailureCode.INTERNAL) {
      LOG.error("event=job-broken job={}", job.id(), broken.failure());
    }
    return leave(broken.failure().code(), broken.failure().userMessage());
  }

  /**
   * The job is over without a picture. It ends when no other thread is at work on its folder: what
   * is being written is on disk then, and somebody who takes the job up again meets nobody there.
   */
  private Behavior<Command> leave(FailureCode code, String sentence) {
    LOG.info("event=job-failed job={} code={} sentence=\"{}\"", job.id(), code, sentence);
    reasonToLeave = new RenderEvent.Failed(job.id(), code, sentence);
    dispatch.close();
    pictures.stop();
    background.whenSettled(new Settled());
    return BehaviorBuilder.<Command>create()
        .onMessage(Settled.class, settled -> end(Objects.requireNonNull(reasonToLeave)))
        .onAnyMessage(other -> Behaviors.same())
        .onSignal(PostStop.class, this::onStop)
        .build();
  }

  /** Lets go of everything, and only then reports the end: the job may be resumed. */
  private Behavior<Command> end(RenderEvent.Last last) {
    letGo();
    lastWord.tell(last);
    return Behaviors.stopped();
  }

  private Behavior<Command> onStop(PostStop stop) {
    letGo();
    return Behaviors.same();
  }

  private void letGo() {
    dispatch.close();
    if (drawing != null) {
      drawing.barrier.close();
    }
    job.folder().close();
  }
}
