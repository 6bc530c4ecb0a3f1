package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderSteps.Opening;
import demofusion.coordinator.render.ledger.BatchTerms;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.DispatcherProtocol;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.latent.SourcePicture;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * One job from its request to its picture. It walks through the same {@link
 * demofusion.coordinator.diffusion.Render} as the sequential way does, and has the views of each
 * timestep predicted by whoever is there; in which order they answer changes nothing.
 *
 * <p>States: {@link #finding} a worker with the job's model, {@link #planning} and waiting for room
 * in the heap, {@link #opening} the folder, {@link #encoding} the words; then {@link
 * TimestepLoop#stepping} and {@link TimestepLoop#finishing}, and at the end of a job that failed
 * {@link SessionDesk#leave}.
 */
final class RenderSession {
  /** The job's text embeddings. */
  static final AssetId TEXT = new AssetId("text");

  private static final long TEXT_TAG = 0;
  private static final long PICTURE_TAG = 1;

  /** The first tag that encoding does not use. */
  static final long FIRST_FREE_TAG = 2;

  /** What a session hears. */
  sealed interface Command {}

  /** Stop: what was done stays in the folder. */
  record Cancel() implements Command {}

  /** Where the open timestep stands. */
  record ShowTiles(ActorRef<TileMap> replyTo) implements Command {}

  record ModelFound(ModelCard card) implements Command {}

  record Planned(RenderPlan plan) implements Command {}

  /** There is heap enough for its latents beside those of other jobs. */
  record RoomGiven() implements Command {}

  record Opened(Opening opening) implements Command {}

  record Answered(Task.Outcome outcome) implements Command {}

  record Stepped(RenderSteps.Step step) implements Command {}

  record Written() implements Command {}

  record PictureMade(PictureAssembly.Outcome outcome) implements Command {}

  record Broken(DemofusionException failure) implements Command {}

  /** No other thread is at work for the session any more. */
  record Settled() implements Command {}

  private final SessionDesk desk;
  private @Nullable RenderPlan plan;
  private @Nullable Opening opening;
  private WorkResult.@Nullable EncodedText text;
  private WorkResult.@Nullable EncodedPicture picture;

  private RenderSession(SessionDesk desk) {
    this.desk = desk;
  }

  /**
   * @param job of which the session closes the folder when it ends
   * @param queue gives room in the heap
   * @param lastWord hears the job's last event, when everything has been let go
   */
  static Behavior<Command> create(
      RenderJob job,
      ActorRef<DispatcherProtocol.Command> dispatcher,
      ActorRef<RenderQueue.AskForRoom> queue,
      Tiling tiling,
      ActorRef<RenderEvent> lastWord) {
    return Behaviors.setup(
        context ->
            new RenderSession(new SessionDesk(context, job, dispatcher, queue, tiling, lastWord))
                .begin());
  }

  private Behavior<Command> begin() {
    desk.findModel();
    return finding();
  }

  private Behavior<Command> finding() {
    return desk.always().onMessage(ModelFound.class, this::onModelFound).build();
  }

  private Behavior<Command> planning() {
    return desk.always()
        .onMessage(Planned.class, this::onPlanned)
        .onMessage(RoomGiven.class, this::onRoomGiven)
        .build();
  }

  private Behavior<Command> opening() {
    return desk.always().onMessage(Opened.class, this::onOpened).build();
  }

  private Behavior<Command> encoding() {
    return desk.always()
        .onMessage(Answered.class, answer -> desk.unlessFailed(answer, this::onEncoded))
        .onMessage(Stepped.class, this::onBegun)
        .build();
  }

  private Behavior<Command> onModelFound(ModelFound found) {
    desk.onFileThread(
        "the job could not be begun",
        () -> new Planned(RenderSteps.plan(desk.job().folder(), found.card())));
    return planning();
  }

  private Behavior<Command> onPlanned(Planned planned) {
    plan = planned.plan();
    desk.askForRoom(planned.plan().coordinatorBytes());
    return Behaviors.same();
  }

  private Behavior<Command> onRoomGiven(RoomGiven given) {
    RenderPlan plan = Objects.requireNonNull(this.plan);
    desk.onFileThread(
        "the job could not be begun",
        () -> new Opened(RenderSteps.open(desk.job().folder(), plan)));
    return opening();
  }

  private Behavior<Command> onOpened(Opened opened) {
    opening = opened.opening();
    RenderPlan plan = opening.plan();
    desk.emit(
        new RenderEvent.Planned(desk.job().id(), plan, opening.timestepsDone(), plan.timesteps()));
    desk.openJob();
    RenderSpec spec = plan.spec();
    List<Task> tasks = new ArrayList<>();
    boolean withNegative = spec.guidance().isActive();
    tasks.add(
        desk.task(
            TEXT_TAG,
            BatchTerms.encoding(),
            () -> new Work.EncodeText(spec.prompts(), withNegative)));
    SourcePicture source = spec.source();
    if (source != null && opening.checkpoint().isEmpty()) {
      tasks.add(
          desk.task(
              PICTURE_TAG, BatchTerms.encoding(), () -> new Work.EncodePicture(source.pixels())));
    }
    desk.submit(tasks);
    return encoding();
  }

  private Behavior<Command> onEncoded(Task.Done done) {
    if (done.tag() == TEXT_TAG) {
      text = (WorkResult.EncodedText) done.result();
      text.cutOff().forEach(this::warnOfCutOff);
      desk.provide(
          new Asset.TextEmbeddings(
              TEXT, text.text(), text.pooled(), text.negativeText(), text.negativePooled()));
    } else {
      picture = (WorkResult.EncodedPicture) done.result();
    }
    Opening ready = opening;
    if (ready != null && text != null && (picture != null || !needsPicture(ready))) {
      WorkResult.EncodedPicture encoded = picture;
      desk.onComputeThread(
          "the job could not be begun",
          () -> new Stepped(RenderSteps.begin(desk.job().folder(), ready, encoded)));
    }
    return Behaviors.same();
  }

  private static boolean needsPicture(Opening opening) {
    return opening.plan().spec().source() != null && opening.checkpoint().isEmpty();
  }

  private void warnOfCutOff(String cutOff) {
    desk.emit(
        new RenderEvent.Warning(
            desk.job().id(),
            "the prompt is longer than the model reads; this was cut off: \"" + cutOff + "\""));
  }

  private Behavior<Command> onBegun(Stepped stepped) {
    return opening == null
        ? Behaviors.unhandled()
        : new TimestepLoop(desk, opening, stepped.step()).begin();
  }
}
