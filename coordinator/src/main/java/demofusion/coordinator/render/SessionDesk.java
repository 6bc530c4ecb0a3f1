package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.RecordedSettings;
import demofusion.coordinator.render.RenderSession.Answered;
import demofusion.coordinator.render.RenderSession.Broken;
import demofusion.coordinator.render.RenderSession.Cancel;
import demofusion.coordinator.render.RenderSession.Command;
import demofusion.coordinator.render.RenderSession.ModelFound;
import demofusion.coordinator.render.RenderSession.PictureMade;
import demofusion.coordinator.render.RenderSession.Settled;
import demofusion.coordinator.render.RenderSession.ShowTiles;
import demofusion.coordinator.render.RenderSession.Written;
import demofusion.coordinator.render.ledger.BatchTerms;
import demofusion.coordinator.render.ledger.JobTerms;
import demofusion.coordinator.render.ledger.ModelKind;
import demofusion.coordinator.store.RenderRequest.ModelName;
import demofusion.protocol.DispatcherProtocol;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
 * What all states of a {@link RenderSession} share: whom they talk to, on which threads the long
 * stretches run, and how a job ends.
 */
final class SessionDesk {
  private static final Logger LOG = LoggerFactory.getLogger(RenderSession.class);

  private final ActorContext<Command> context;
  private final RenderJob job;
  private final ActorRef<DispatcherProtocol.Command> dispatcher;
  private final ActorRef<RenderQueue.AskForRoom> queue;
  private final ActorRef<Task.Outcome> outcomes;
  private final ActorRef<PictureAssembly.Outcome> pictures;
  private final Tiling tiling;
  private final Executor compute;
  private final Executor files;
  private final ActorRef<RenderEvent> lastWord;
  private final List<CompletableFuture<?>> underWay = new ArrayList<>();
  private boolean isWriting;
  private boolean hasClosedJob;
  private @Nullable RenderEvent reasonToLeave;
  private Supplier<@Nullable OpenTiles> openTiles = () -> null;

  SessionDesk(
      ActorContext<Command> context,
      RenderJob job,
      ActorRef<DispatcherProtocol.Command> dispatcher,
      ActorRef<RenderQueue.AskForRoom> queue,
      Tiling tiling,
      ActorRef<RenderEvent> lastWord) {
    this.context = context;
    this.job = job;
    this.dispatcher = dispatcher;
    this.queue = queue;
    this.tiling = tiling;
    this.lastWord = lastWord;
    this.outcomes = context.messageAdapter(Task.Outcome.class, Answered::new);
    this.pictures = context.messageAdapter(PictureAssembly.Outcome.class, PictureMade::new);
    this.compute = CoordinatorDispatchers.compute(context.getSystem());
    this.files = CoordinatorDispatchers.files(context.getSystem());
  }

  RenderJob job() {
    return job;
  }

  void emit(RenderEvent event) {
    job.listener().tell(event);
  }

  /** What every state hears. */
  BehaviorBuilder<Command> always() {
    return BehaviorBuilder.<Command>create()
        .onMessage(Cancel.class, this::onCancel)
        .onMessage(Broken.class, this::onBroken)
        .onMessage(ShowTiles.class, this::onShowTiles)
        .onSignal(PostStop.class, this::onStop);
  }

  /** From here on timesteps are opened. */
  void showsTiles(Supplier<@Nullable OpenTiles> tiles) {
    openTiles = tiles;
  }

  private Behavior<Command> onShowTiles(ShowTiles show) {
    OpenTiles open = openTiles.get();
    if (open == null) {
      show.replyTo().tell(TileMap.NONE);
    } else {
      dispatcher.tell(new Dispatch.ShowTiles(job.id(), open, show.replyTo()));
    }
    return Behaviors.same();
  }

  void findModel() {
    ActorRef<ModelCard> found = context.messageAdapter(ModelCard.class, ModelFound::new);
    dispatcher.tell(new Dispatch.FindModel(model(), found));
  }

  /** Answered by {@link RenderSession.RoomGiven} when there is. */
  void askForRoom(long bytes) {
    queue.tell(new RenderQueue.AskForRoom(job.id(), bytes));
  }

  void openJob() {
    JobTerms terms = new JobTerms(model(), job.request().priority());
    dispatcher.tell(new Dispatch.OpenJob(job.id(), terms));
  }

  private ModelKind model() {
    ModelName name = job.request().model();
    return new ModelKind(name.hash(), name.precision(), name.device());
  }

  void provide(Asset asset) {
    dispatcher.tell(new Dispatch.Provide(job.id(), asset));
  }

  Task task(long tag, BatchTerms terms, Supplier<Work> work) {
    return new Task(tag, terms, work, outcomes);
  }

  Task task(long tag, BatchKind kind, BatchTerms terms, Supplier<Work> work) {
    return new Task(tag, kind, terms, work, outcomes);
  }

  void submit(List<Task> tasks) {
    dispatcher.tell(new Dispatch.Submit(job.id(), tasks));
  }

  /** Nothing but previews is left to wait for. */
  void hurry() {
    dispatcher.tell(new Dispatch.Hurry(job.id()));
  }

  /** Whether a phase's picture is the job's. */
  static boolean isLast(RenderPlan plan, Phase phase) {
    return phase.equals(plan.lastPhase());
  }

  /** Has the picture made of a phase whose latent is on disk; answered by {@link PictureMade}. */
  void makePicture(RenderPlan plan, Phase phase) {
    boolean isLast = isLast(plan, phase);
    PictureAssembly.Order order =
        new PictureAssembly.Order(
            job.id(),
            phase,
            isLast,
            isLast ? job.folder().image() : job.folder().preview(phase.number()),
            pictureTexts(plan),
            tiling.of(plan.geometry()),
            plan.spec().threads());
    context.spawn(
        PictureAssembly.create(
            order,
            job.folder(),
            dispatcher,
            new PictureAssembly.Ending(pictures, underWay(new CompletableFuture<>())),
            plan.geometry().vaeScaleFactor()),
        "picture-" + phase.number());
  }

  /** Arithmetic on whole latents. */
  void onComputeThread(String whatFailed, Supplier<Command> stretch) {
    pipe(compute, whatFailed, stretch);
  }

  /** Has something computed that others will wait for; if it fails, it fails for them again. */
  void ahead(Runnable stretch) {
    compute.execute(stretch);
  }

  void onFileThread(String whatFailed, Supplier<Command> stretch) {
    pipe(files, whatFailed, stretch);
  }

  private void pipe(Executor executor, String whatFailed, Supplier<Command> stretch) {
    context.pipeToSelf(
        underWay(CompletableFuture.supplyAsync(stretch, executor)),
        (command, failure) ->
            failure == null ? command : new Broken(Failures.known(failure, whatFailed)));
  }

  private <T> CompletableFuture<T> underWay(CompletableFuture<T> work) {
    underWay.removeIf(CompletableFuture::isDone);
    underWay.add(work);
    return work;
  }

  /** Writes into the job's folder, one thing at a time; answered by {@link Written}. */
  void write(Runnable writing) {
    isWriting = true;
    onFileThread(
        "the job's folder could not be written",
        () -> {
          writing.run();
          return new Written();
        });
  }

  void written() {
    isWriting = false;
  }

  boolean isWriting() {
    return isWriting;
  }

  Behavior<Command> unlessFailed(
      Answered answer, Function<Task.Done, Behavior<Command>> otherwise) {
    if (answer.outcome() instanceof Task.Failed failed) {
      return leave(failed.code(), failed.sentence());
    }
    return otherwise.apply((Task.Done) answer.outcome());
  }

  private Behavior<Command> onCancel(Cancel cancel) {
    return leave(FailureCode.CANCELLED, "cancelled");
  }

  private Behavior<Command> onBroken(Broken broken) {
    if (broken.failure().code() == FailureCode.INTERNAL) {
      LOG.error("event=job-broken job={}", job.id(), broken.failure());
    }
    return leave(broken.failure().code(), broken.failure().sentence());
  }

  /**
   * The job is over without a picture. It ends when no other thread is at work on its folder: what
   * is being written is on disk then, and somebody who takes the job up again meets nobody there.
   */
  Behavior<Command> leave(FailureCode code, String sentence) {
    LOG.info("event=job-failed job={} code={} sentence=\"{}\"", job.id(), code, sentence);
    reasonToLeave = new RenderEvent.Failed(job.id(), code, sentence);
    closeJob();
    context.getChildren().forEach(context::stop); // pictures in the making
    context.pipeToSelf(
        CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)),
        (nothing, failure) -> new Settled());
    return BehaviorBuilder.<Command>create()
        .onMessage(Settled.class, this::onSettled)
        .onAnyMessage(other -> Behaviors.same())
        .onSignal(PostStop.class, this::onStop)
        .build();
  }

  private Behavior<Command> onSettled(Settled settled) {
    return end(Objects.requireNonNull(reasonToLeave));
  }

  /** Lets go of everything, and only then says the last word: the job may be taken up again. */
  Behavior<Command> end(RenderEvent last) {
    letGo();
    lastWord.tell(last);
    return Behaviors.stopped();
  }

  private Behavior<Command> onStop(PostStop stop) {
    letGo();
    return Behaviors.same();
  }

  private void letGo() {
    closeJob();
    job.folder().close();
  }

  private void closeJob() {
    if (!hasClosedJob) {
      hasClosedJob = true;
      dispatcher.tell(new Dispatch.CloseJob(job.id()));
    }
  }

  /** What the picture says of itself, so that it can be made again. */
  private Map<String, String> pictureTexts(RenderPlan plan) {
    ModelName model = job.request().model();
    RecordedSettings.Model recorded =
        new RecordedSettings.Model(
            model.name(), model.hash(), model.precision(), model.variant(), model.vae());
    return Map.of(GenerationParameters.KEYWORD, RecordedSettings.of(plan, recorded).toText());
  }
}
