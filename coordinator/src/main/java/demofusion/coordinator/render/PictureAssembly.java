package demofusion.coordinator.render;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.mask.KeptPixels;
import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.Urgency;
import demofusion.coordinator.image.LatentCut;
import demofusion.coordinator.image.TilePlan;
import demofusion.coordinator.store.JobFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Makes one phase's latent a picture: has it decoded by workers, whole or in tiles, and writes the
 * PNG while they come. Neither latent nor picture is ever held in the heap: the one lies in the
 * phase's file, of the other a few rows of tiles in a scratch file, and only so many tiles are
 * asked for at once as may come at once. Where the next phase is made of the picture, its rows are
 * passed on before the PNG is written of them.
 *
 * <p>States: {@link #surveying} where there are several tiles, then {@link #decoding}.
 */
final class PictureAssembly {
  /** This actor's messages. */
  sealed interface Command {}

  private record Answered(Task.Outcome outcome) implements Command {}

  private record TileStored(@Nullable Throwable failure) implements Command {}

  private record Written(@Nullable Throwable failure) implements Command {}

  /** What becomes of it: {@link Rows} where they are passed on, then exactly one of the others. */
  sealed interface Outcome {
    Phase phase();
  }

  /**
   * There may be more of them.
   *
   * @param workers whose answers are in them, and maybe others'
   */
  record Rows(Phase phase, Set<String> workers) implements Outcome {
    Rows {
      workers = Set.copyOf(workers);
    }
  }

  /**
   * It is there.
   *
   * @param workers whose answers are in it
   */
  record Done(Phase phase, Path file, Set<String> workers) implements Outcome {
    Done {
      workers = Set.copyOf(workers);
    }
  }

  record Failed(Phase phase, FailureCode code, String sentence) implements Outcome {}

  /**
   * Of a picture that the next phase waits for.
   *
   * @param latent what the phase ended with, whose file may still be being written
   * @param onDisk completed when that file is on disk, and the checkpoint behind it: the picture
   *     must not be there before, since a job that is taken up again may come to another latent
   * @param rows begins what takes them while the picture is made; null: the next phase is made of
   *     the PNG
   * @param isKept whether it is wanted as a preview too
   */
  record Passing(
      Samples latent,
      CompletableFuture<?> onDisk,
      @Nullable Supplier<UnpackedPicture> rows,
      boolean isKept) {}

  /**
   * What is to be made.
   *
   * @param urgency whether the job waits for it; its own picture, or one that a phase is made of
   * @param texts by keyword, for the PNG
   * @param threads CPU threads of one forward of the decoder
   * @param masked of which picture a part is drawn anew; null: all is
   * @param cut of which larger picture it is a part; null: of none
   * @param passing null: nobody waits for it but the job's end
   */
  record Order(
      JobId job,
      Phase phase,
      Urgency urgency,
      Path file,
      Map<String, String> texts,
      PictureTiling tiling,
      int threads,
      @Nullable MaskedPicture masked,
      @Nullable PictureCut cut,
      @Nullable Passing passing) {}

  /**
   * Who wants to know that it is over.
   *
   * @param released completed when no thread has any of its files open, however it ended
   */
  record Ending(ActorRef<Outcome> replyTo, CompletableFuture<Void> released) {}

  private static final int PICTURE_SHARE = 6; // one in so many bytes of the heap
  private static final int PREVIEW_SHARE = 16;

  // A tile is in the heap as the bytes of a message and as numbers.
  private static final int COPIES = 2;

  private static final long SURVEY = -1; // the tag of the survey; tiles have theirs from 0

  private final ActorContext<Command> context;
  private final Order order;
  private final ActorRef<DispatcherCommand> dispatcher;
  private final Ending ending;
  private final Executor files;
  private final ActorRef<Task.Outcome> outcomes;
  private final Samples latent;
  private final List<LatentCut> tiles;
  private final PictureFile picture;
  private final long tileBytes;
  private final Set<String> workers = new HashSet<>();
  private AssetId survey = AssetId.NONE;
  private int submitted;
  private int stored;

  // A picture takes one tile at a time: each waits for the one before. So does what is written of
  // those that are there.
  private CompletableFuture<Void> storing = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);

  private PictureAssembly(
      ActorContext<Command> context,
      Order order,
      Samples latent,
      ActorRef<DispatcherCommand> dispatcher,
      Ending ending,
      int factor)
      throws IOException {
    this.context = context;
    this.order = order;
    this.dispatcher = dispatcher;
    this.ending = ending;
    this.files = CoordinatorThreads.files(context.getSystem());
    this.outcomes = context.messageAdapter(Task.Outcome.class, Answered::new);
    this.latent = latent;
    TilePlan plan = order.tiling().tiles(latent.extent());
    this.tiles = plan.tiles();
    MaskedPicture masked = order.masked();
    KeptPixels kept = masked == null ? null : masked.kept(latent.extent().toPixels(factor));
    this.tileBytes = PictureFile.tileBytes(plan, factor);
    this.picture = PictureFile.begin(order, plan, factor, kept);
  }

  /**
   * @param factor pixels per latent sample
   */
  static Behavior<Command> create(
      Order order,
      JobFolder folder,
      ActorRef<DispatcherCommand> dispatcher,
      Ending ending,
      int factor) {
    return Behaviors.setup(
        context -> {
          try {
            Passing passing = order.passing();
            Samples latent =
                passing == null ? folder.readPhase(order.phase().number()) : passing.latent();
            return new PictureAssembly(context, order, latent, dispatcher, ending, factor).begin();
          } catch (IOException | RuntimeException e) {
            DemofusionException known =
                FailureCauses.known(e, order.file() + " could not be created");
            ending.released().complete(null);
            ending.replyTo().tell(new Failed(order.phase(), known.code(), known.userMessage()));
            return Behaviors.stopped();
          }
        });
  }

  private Behavior<Command> begin() {
    if (tiles.size() == 1) {
      submitTiles();
      return decoding();
    }
    List<LatentCut> cuts = order.tiling().surveys(latent.extent());
    int margin = order.tiling().surveyMargin(latent.extent());
    submit(
        List.of(
            task(
                SURVEY,
                "survey",
                BatchTerms.survey(order.urgency(), order.threads()),
                () ->
                    new Work.SurveyLatent(
                        LatentCut.stack(latent, cuts), margin, order.threads()))));
    return surveying();
  }

  private Behavior<Command> surveying() {
    return always()
        .onMessage(Answered.class, answer -> unlessFailed(answer, this::onSurveyed))
        .build();
  }

  private Behavior<Command> decoding() {
    return always()
        .onMessage(Answered.class, answer -> unlessFailed(answer, this::onDecoded))
        .onMessage(TileStored.class, this::onTileStored)
        .onMessage(Written.class, this::onWritten)
        .build();
  }

  private BehaviorBuilder<Command> always() {
    return BehaviorBuilder.<Command>create().onSignal(PostStop.class, this::onStop);
  }

  private Behavior<Command> onSurveyed(Task.Done answer) {
    WorkResult.SurveyedLatent done = (WorkResult.SurveyedLatent) answer.result();
    survey = new AssetId("survey-" + order.phase().number());
    dispatcher.tell(
        new DispatcherCommand.Provide(order.job(), new Asset.DecoderSurvey(survey, done.layers())));
    submitTiles();
    return decoding();
  }

  /** As many as may be on their way at once. */
  private void submitTiles() {
    long most =
        tilesAhead(Runtime.getRuntime().maxMemory(), tileBytes, order.urgency() == Urgency.PICTURE);
    List<Task> tasks = new ArrayList<>();
    while (submitted < tiles.size() && submitted < stored + most) {
      LatentCut tile = tiles.get(submitted);
      AssetId id = survey;
      tasks.add(
          task(
              submitted++,
              "VAE tile " + (submitted - 1),
              BatchTerms.decoding(order.urgency(), order.threads()),
              () -> new Work.DecodeLatent(tile.from(latent), id, order.threads())));
    }
    if (!tasks.isEmpty()) {
      submit(tasks);
    }
  }

  /**
   * How many decoded tiles may be on their way to the coordinator at once. They may all come before
   * the first of them is stored, so they are bounded by a share of the heap; more for a picture
   * that the job waits for, beside which it draws nothing, than for a preview.
   */
  private static long tilesAhead(long heap, long tileBytes, boolean isPicture) {
    long share = heap / (isPicture ? PICTURE_SHARE : PREVIEW_SHARE);
    return Math.max(2, share / (COPIES * tileBytes));
  }

  private Task task(long tag, String unit, BatchTerms terms, Supplier<Work> work) {
    return new Task(
        tag, "picture of phase " + order.phase().number() + ", " + unit, terms, work, outcomes);
  }

  private void submit(List<Task> tasks) {
    dispatcher.tell(new DispatcherCommand.Submit(order.job(), tasks));
  }

  private Behavior<Command> onDecoded(Task.Done done) {
    WorkResult.DecodedPixels decoded = (WorkResult.DecodedPixels) done.result();
    storing = after(storing, () -> picture.accept((int) done.tag(), decoded.pixels()));
    context.pipeToSelf(storing, (nothing, failure) -> new TileStored(failure));
    return Behaviors.same();
  }

  private interface OnFile {
    void run() throws IOException;
  }

  private CompletableFuture<Void> after(CompletableFuture<?> before, OnFile next) {
    return before.thenRunAsync(
        () -> {
          try {
            next.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        files);
  }

  private Behavior<Command> onTileStored(TileStored tile) {
    if (tile.failure() != null) {
      return fail(tile.failure());
    }
    stored++;
    Passing passing = order.passing();
    if (passing != null && passing.rows() != null) {
      ending.replyTo().tell(new Rows(order.phase(), workers));
      writing = after(writing, picture::write);
    }
    if (stored < tiles.size()) {
      submitTiles();
      return Behaviors.same();
    }
    if (!survey.equals(AssetId.NONE)) {
      dispatcher.tell(new DispatcherCommand.LetGo(order.job(), survey));
    }
    CompletableFuture<?> before =
        passing == null ? writing : CompletableFuture.allOf(writing, passing.onDisk());
    writing = after(before, picture::finish);
    context.pipeToSelf(writing, (nothing, failure) -> new Written(failure));
    return Behaviors.same();
  }

  private Behavior<Command> onWritten(Written written) {
    if (written.failure() != null) {
      return fail(written.failure());
    }
    ending.replyTo().tell(new Done(order.phase(), order.file(), workers));
    return Behaviors.stopped();
  }

  private interface OnDone {
    Behavior<Command> apply(Task.Done done);
  }

  private Behavior<Command> unlessFailed(Answered answer, OnDone next) {
    if (answer.outcome() instanceof Task.Failed failed) {
      ending.replyTo().tell(new Failed(order.phase(), failed.code(), failed.sentence()));
      return Behaviors.stopped();
    }
    Task.Done done = (Task.Done) answer.outcome();
    workers.add(done.worker());
    return next.apply(done);
  }

  private Behavior<Command> fail(Throwable failure) {
    DemofusionException known =
        FailureCauses.known(failure, order.file() + " could not be written");
    ending.replyTo().tell(new Failed(order.phase(), known.code(), known.userMessage()));
    return Behaviors.stopped();
  }

  /** What is being written at this moment ends first. */
  private Behavior<Command> onStop(PostStop stop) {
    storing =
        CompletableFuture.allOf(storing, writing)
            .whenCompleteAsync(
                (nothing, failure) -> {
                  picture.close();
                  ending.released().complete(null);
                },
                files);
    return Behaviors.same();
  }
}
