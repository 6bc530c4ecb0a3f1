package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.image.LatentCut;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.TileMosaic;
import demofusion.coordinator.image.TilePlan;
import demofusion.coordinator.render.ledger.BatchTerms;
import demofusion.coordinator.render.ledger.Urgency;
import demofusion.coordinator.store.SafeFile;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.DispatcherProtocol;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * PNG. Tiles wait in a scratch file, so that no picture is ever held in the heap.
 *
 * <p>States: {@link #surveying} where there are several tiles, then {@link #decoding}, then {@link
 * #writing}.
 */
final class PictureAssembly {
  /** What this actor hears. */
  sealed interface Command {}

  private record Answered(Task.Outcome outcome) implements Command {}

  private record TileStored(@Nullable Throwable failure) implements Command {}

  private record Written(@Nullable Throwable failure) implements Command {}

  /** How it ended; exactly one, unless the actor is stopped. */
  sealed interface Outcome {
    PhaseResult phase();
  }

  record Done(PhaseResult phase, Path file) implements Outcome {}

  record Failed(PhaseResult phase, FailureCode code, String sentence) implements Outcome {}

  /**
   * What is to be made.
   *
   * @param texts by keyword, for the PNG
   * @param threads CPU threads of one forward of the decoder
   */
  record Order(
      JobId job,
      PhaseResult phase,
      Path file,
      Map<String, String> texts,
      PictureTiling tiling,
      int threads) {
    Latent latent() {
      return phase.latent();
    }

    Urgency urgency() {
      return phase.last() ? Urgency.PICTURE : Urgency.PREVIEW;
    }
  }

  private static final long MOST_BYTES_OF_TILES = 64L << 20;
  private static final int LEAST_TILES = 2;
  private static final long SURVEY = -1; // the tag of the survey; tiles have theirs from 0

  private final ActorContext<Command> context;
  private final Order order;
  private final ActorRef<DispatcherProtocol.Command> dispatcher;
  private final ActorRef<Outcome> replyTo;
  private final Executor files;
  private final ActorRef<Task.Outcome> outcomes;
  private final TilePlan plan;
  private final TileMosaic mosaic;
  private final int factor;
  private AssetId survey = AssetId.NONE;
  private int submitted;
  private int stored;

  // A mosaic takes one tile at a time: each waits for the one before.
  private CompletableFuture<Void> storing = CompletableFuture.completedFuture(null);

  private PictureAssembly(
      ActorContext<Command> context,
      Order order,
      ActorRef<DispatcherProtocol.Command> dispatcher,
      ActorRef<Outcome> replyTo,
      int factor)
      throws IOException {
    this.context = context;
    this.order = order;
    this.dispatcher = dispatcher;
    this.replyTo = replyTo;
    this.factor = factor;
    this.files = CoordinatorDispatchers.files(context.getSystem());
    this.outcomes = context.messageAdapter(Task.Outcome.class, Answered::new);
    this.plan = order.tiling().tiles(order.latent().extent());
    Path scratch = order.file().resolveSibling("." + order.file().getFileName() + ".tiles");
    Files.deleteIfExists(scratch);
    this.mosaic = TileMosaic.create(plan, factor, scratch);
  }

  /**
   * @param factor pixels per latent sample
   */
  static Behavior<Command> create(
      Order order,
      ActorRef<DispatcherProtocol.Command> dispatcher,
      ActorRef<Outcome> replyTo,
      int factor) {
    return Behaviors.setup(
        context -> {
          try {
            return new PictureAssembly(context, order, dispatcher, replyTo, factor).begin();
          } catch (IOException e) {
            DemofusionException known = Failures.known(e, order.file() + " could not be begun");
            replyTo.tell(new Failed(order.phase(), known.code(), known.sentence()));
            return Behaviors.stopped();
          }
        });
  }

  private Behavior<Command> begin() {
    if (plan.isWhole()) {
      submitTiles();
      return decoding();
    }
    List<LatentCut> cuts = order.tiling().surveys(order.latent().extent());
    int margin = order.tiling().surveyMargin(order.latent().extent());
    submit(
        List.of(
            task(
                SURVEY,
                BatchTerms.survey(order.urgency(), order.threads()),
                () ->
                    new Work.SurveyLatent(
                        LatentCut.stack(order.latent(), cuts), margin, order.threads()))));
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
        .build();
  }

  private Behavior<Command> writing() {
    return always().onMessage(Written.class, this::onWritten).build();
  }

  private BehaviorBuilder<Command> always() {
    return BehaviorBuilder.<Command>create().onSignal(PostStop.class, this::onStop);
  }

  private Behavior<Command> onSurveyed(Task.Done done) {
    WorkResult.SurveyedLatent survey = (WorkResult.SurveyedLatent) done.result();
    AssetId id = new AssetId("survey-" + order.phase().phase().number());
    dispatcher.tell(
        new Dispatcher.Provide(
            order.job(), new Asset.DecoderSurvey(id, survey.names(), survey.tensors())));
    this.survey = id;
    submitTiles();
    return decoding();
  }

  /** Tiles that are decoded and not on disk yet take memory, so not all are asked for at once. */
  private void submitTiles() {
    List<Task> tasks = new ArrayList<>();
    while (submitted < plan.tiles().size() && submitted - stored < tilesAtOnce()) {
      LatentCut tile = plan.tiles().get(submitted);
      AssetId id = survey;
      tasks.add(
          task(
              submitted++,
              BatchTerms.decoding(order.urgency(), order.threads()),
              () -> new Work.DecodeLatent(tile.from(order.latent()), id, order.threads())));
    }
    if (!tasks.isEmpty()) {
      submit(tasks);
    }
  }

  private int tilesAtOnce() {
    long samples =
        plan.tiles().stream()
            .mapToLong(tile -> (long) tile.height() * tile.width())
            .max()
            .orElse(1);
    long bytes = 3 * Float.BYTES * samples * factor * factor;
    return (int) Math.max(LEAST_TILES, MOST_BYTES_OF_TILES / bytes);
  }

  private Task task(long tag, BatchTerms terms, Supplier<Work> work) {
    return new Task(tag, terms, work, outcomes);
  }

  private void submit(List<Task> tasks) {
    dispatcher.tell(new Dispatcher.Submit(order.job(), tasks));
  }

  private Behavior<Command> onDecoded(Task.Done done) {
    WorkResult.DecodedPixels decoded = (WorkResult.DecodedPixels) done.result();
    storing =
        storing.thenRunAsync(
            () -> {
              try {
                mosaic.accept((int) done.tag(), decoded.pixels());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            files);
    context.pipeToSelf(storing, (nothing, failure) -> new TileStored(failure));
    return Behaviors.same();
  }

  private Behavior<Command> onTileStored(TileStored tile) {
    if (tile.failure() != null) {
      return fail(tile.failure());
    }
    stored++;
    if (stored < plan.tiles().size()) {
      submitTiles();
      return Behaviors.same();
    }
    context.pipeToSelf(
        CompletableFuture.runAsync(this::write, files), (nothing, failure) -> new Written(failure));
    return writing();
  }

  private void write() {
    SafeFile.write(
        order.file(),
        channel -> {
          OutputStream out = Channels.newOutputStream(channel);
          PngWriter.write(out, mosaic, order.texts());
        });
  }

  private Behavior<Command> onWritten(Written written) {
    if (written.failure() != null) {
      return fail(written.failure());
    }
    replyTo.tell(new Done(order.phase(), order.file()));
    return Behaviors.stopped();
  }

  private interface OnDone {
    Behavior<Command> apply(Task.Done done);
  }

  private Behavior<Command> unlessFailed(Answered answer, OnDone next) {
    if (answer.outcome() instanceof Task.Failed failed) {
      replyTo.tell(new Failed(order.phase(), failed.code(), failed.sentence()));
      return Behaviors.stopped();
    }
    return next.apply((Task.Done) answer.outcome());
  }

  private Behavior<Command> fail(Throwable failure) {
    DemofusionException known = Failures.known(failure, order.file() + " could not be written");
    replyTo.tell(new Failed(order.phase(), known.code(), known.sentence()));
    return Behaviors.stopped();
  }

  private Behavior<Command> onStop(PostStop stop) {
    try {
      mosaic.close();
    } catch (IOException ignored) {
      // Only a scratch file; the next run deletes what is left of it.
    }
    return Behaviors.same();
  }
}
