package demofusion.coordinator.render;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.image.PngRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.upscale.Enlargement;
import demofusion.coordinator.image.upscale.UpscalePass;
import demofusion.coordinator.render.PictureAssembly.Outcome;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the picture of a job of method sr (modes section 7): has phase 1's latent decoded as any
 * picture is, has the tiles of that picture enlarged by workers, and writes the result. Nothing of
 * it is kept for a resume: tiles begin again, and give the same bits.
 *
 * <p>States: {@link #decoding}, {@link #enlarging}, {@link #writing}.
 */
final class SuperResolution {
  /** This actor's messages. */
  sealed interface Command {}

  private record SmallMade(Outcome outcome) implements Command {}

  private record Begun(@Nullable Throwable failure) implements Command {}

  private record Answered(Task.Outcome outcome) implements Command {}

  private record TileStored(@Nullable Boolean passIsOver, @Nullable Throwable failure)
      implements Command {}

  private record Written(@Nullable Throwable failure) implements Command {}

  /**
   * What is to be made.
   *
   * @param picture of phase 1, as it is decoded
   * @param upscaler looked up
   */
  record Order(
      PictureAssembly.Order picture, RenderJob job, RenderPlan plan, UpscalerUse upscaler) {
    Path image() {
      return job.folder().image();
    }
  }

  private static final double NANOS = 1e9;

  private final ActorContext<Command> context;
  private final Order order;
  private final ActorRef<DispatcherCommand> dispatcher;
  private final PictureAssembly.Ending ending;
  private final CompletableFuture<Void> smallReleased = new CompletableFuture<>();
  private final Executor files;
  private final ActorRef<Task.Outcome> outcomes;
  private final Set<String> workers = new HashSet<>();
  private CompletableFuture<?> storing = CompletableFuture.completedFuture(null);
  private @Nullable Enlargement enlargement;
  private @Nullable UpscalePass pass; // what is submitted now; storing may be ahead of it
  private int passes;
  private int submitted; // of this pass
  private int stored; // of this pass
  private long storedOfAll;
  private long begun; // in nanoseconds, the first pass

  private SuperResolution(
      ActorContext<Command> context,
      Order order,
      ActorRef<DispatcherCommand> dispatcher,
      PictureAssembly.Ending ending) {
    this.context = context;
    this.order = order;
    this.dispatcher = dispatcher;
    this.ending = ending;
    this.files = CoordinatorThreads.files(context.getSystem());
    this.outcomes = context.messageAdapter(Task.Outcome.class, Answered::new);
  }

  /**
   * @param ending of phase 1, whose picture the job's is; the job's listener is told of every tile
   */
  static Behavior<Command> create(
      Order order, ActorRef<DispatcherCommand> dispatcher, PictureAssembly.Ending ending) {
    return Behaviors.setup(
        context -> new SuperResolution(context, order, dispatcher, ending).begin());
  }

  /** An earlier run may have decoded it. */
  private Behavior<Command> begin() {
    if (Files.exists(order.picture().file())) {
      smallReleased.complete(null);
      read();
    } else {
      context.spawn(
          PictureAssembly.create(
              order.picture(),
              order.job().folder(),
              dispatcher,
              new PictureAssembly.Ending(
                  context.messageAdapter(Outcome.class, SmallMade::new), smallReleased),
              order.plan().geometry().vaeScaleFactor()),
          "small");
    }
    return decoding();
  }

  private Behavior<Command> decoding() {
    return always()
        .onMessage(SmallMade.class, this::onSmallMade)
        .onMessage(Begun.class, this::onBegun)
        .build();
  }

  private Behavior<Command> enlarging() {
    return always()
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(TileStored.class, this::onTileStored)
        .build();
  }

  private Behavior<Command> writing() {
    return always().onMessage(Written.class, this::onWritten).build();
  }

  private BehaviorBuilder<Command> always() {
    return BehaviorBuilder.<Command>create().onSignal(PostStop.class, this::onStop);
  }

  private Behavior<Command> onSmallMade(SmallMade made) {
    if (made.outcome() instanceof PictureAssembly.Failed failed) {
      ending.replyTo().tell(failed);
      return Behaviors.stopped();
    }
    workers.addAll(((PictureAssembly.Done) made.outcome()).workers());
    if (order.job().request().previews()) {
      tell(
          new RenderEvent.PreviewWritten(
              order.job().id(), order.picture().phase(), order.picture().file()));
    }
    read();
    return Behaviors.same();
  }

  private void tell(RenderEvent event) {
    order.job().listener().tell(event);
  }

  /** Answered by {@link Begun}. */
  private void read() {
    storing =
        CompletableFuture.supplyAsync(this::enlargementOfSmall, files)
            .whenComplete((all, failure) -> enlargement = all);
    context.pipeToSelf(storing, (any, failure) -> new Begun(failure));
  }

  private Enlargement enlargementOfSmall() {
    try (PngRows rows = PngRows.open(order.picture().file())) {
      return Enlargement.begin(
          order.job().folder().scratch("enlarged"),
          rows,
          order.upscaler().scale(),
          order.plan().size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Behavior<Command> onBegun(Begun done) {
    Enlargement all = enlargement;
    if (done.failure() != null || all == null) {
      return fail(done.failure());
    }
    begun = System.nanoTime();
    return beginPass(all);
  }

  private Behavior<Command> beginPass(Enlargement all) {
    UpscalePass now = all.pass();
    pass = now;
    if (now.tiles() == 0) {
      return write(all);
    }
    passes++;
    submitted = 0;
    stored = 0;
    submit(now);
    return enlarging();
  }

  /** As many as may be on their way at once, which the queue gave room for. */
  private void submit(UpscalePass now) {
    long most = UpscaleRoom.here().tiles(order.upscaler().scale());
    int threads = order.plan().spec().threads();
    String hash = order.upscaler().hash();
    List<Task> tasks = new ArrayList<>();
    while (submitted < now.tiles() && submitted < stored + most) {
      int tile = submitted++;
      tasks.add(
          new Task(
              firstTag() + tile,
              "pass " + passes + ", upscaler tile " + tile,
              BatchTerms.upscaling(order.picture().urgency(), threads),
              () -> new Work.UpscalePicture(now.pixels(tile), hash, threads),
              outcomes));
    }
    if (!tasks.isEmpty()) {
      dispatcher.tell(new DispatcherCommand.Submit(order.job().id(), tasks));
    }
  }

  /** Every pass has tags of its own. */
  private long firstTag() {
    return (long) passes << Integer.SIZE;
  }

  private Behavior<Command> onAnswered(Answered answer) {
    Enlargement all = enlargement;
    UpscalePass now = pass;
    long tile = answer.outcome().tag() - firstTag();
    if (all == null || now == null || tile < 0 || tile >= now.tiles()) {
      return Behaviors.same(); // of a pass that is over
    }
    if (answer.outcome() instanceof Task.Failed failed) {
      ending
          .replyTo()
          .tell(
              new PictureAssembly.Failed(
                  order.picture().phase(), failed.code(), failed.sentence()));
      return Behaviors.stopped();
    }
    Task.Done done = (Task.Done) answer.outcome();
    workers.add(done.worker());
    Tensor pixels = ((WorkResult.UpscaledPixels) done.result()).pixels();
    CompletableFuture<Boolean> next =
        storing.thenApplyAsync(before -> store(all, now, (int) tile, pixels), files);
    storing = next;
    context.pipeToSelf(next, TileStored::new);
    return Behaviors.same();
  }

  private static boolean store(Enlargement all, UpscalePass of, int tile, Tensor pixels) {
    try {
      return all.accept(of, tile, pixels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Behavior<Command> onTileStored(TileStored tile) {
    Enlargement all = enlargement;
    UpscalePass now = pass;
    if (tile.failure() != null || all == null || now == null) {
      return fail(tile.failure());
    }
    stored++;
    storedOfAll++;
    tell(new RenderEvent.Progressed(order.job().id(), progress(all)));
    if (Boolean.TRUE.equals(tile.passIsOver())) {
      return beginPass(all);
    }
    submit(now);
    return Behaviors.same();
  }

  /** Behind all timesteps; the rate is that of these tiles alone. */
  private RenderProgress progress(Enlargement all) {
    RenderPlan plan = order.plan();
    int timesteps = plan.timesteps(order.picture().phase());
    double seconds = (System.nanoTime() - begun) / NANOS;
    return new RenderProgress(
        order.picture().phase(),
        timesteps,
        timesteps,
        (int) storedOfAll,
        (int) all.tiles(),
        plan.guidedViews() + storedOfAll,
        plan.guidedViews() + all.tiles(),
        seconds > 0 ? storedOfAll / seconds : 0);
  }

  private Behavior<Command> write(Enlargement all) {
    CompletableFuture<@Nullable Void> written = storing.thenRunAsync(() -> writeImage(all), files);
    storing = written;
    context.pipeToSelf(written, (nothing, failure) -> new Written(failure));
    return writing();
  }

  private void writeImage(Enlargement all) {
    SafeFile.write(
        order.image(),
        channel ->
            PngWriter.write(
                Channels.newOutputStream(channel), all.result(), order.picture().texts()));
    if (!order.job().request().previews()) {
      try {
        Files.deleteIfExists(order.picture().file());
      } catch (IOException ignored) {
        // Nobody wants it any more, and it goes with the folder.
      }
    }
  }

  private Behavior<Command> onWritten(Written written) {
    if (written.failure() != null) {
      return fail(written.failure());
    }
    ending
        .replyTo()
        .tell(new PictureAssembly.Done(order.picture().phase(), order.image(), workers));
    return Behaviors.stopped();
  }

  private Behavior<Command> fail(@Nullable Throwable failure) {
    DemofusionException known =
        FailureCauses.known(
            failure == null ? new CompletionException(null) : failure,
            order.image() + " could not be written");
    ending
        .replyTo()
        .tell(
            new PictureAssembly.Failed(order.picture().phase(), known.code(), known.userMessage()));
    return Behaviors.stopped();
  }

  /** What is being written at this moment ends first. */
  private Behavior<Command> onStop(PostStop stop) {
    storing =
        storing
            .handleAsync((done, failure) -> close(), files)
            .thenCombine(smallReleased, (closed, released) -> closed)
            .whenComplete((done, failure) -> ending.released().complete(null));
    return Behaviors.same();
  }

  private boolean close() {
    Enlargement all = enlargement;
    if (all != null) {
      try {
        all.close();
      } catch (IOException ignored) {
        // Only scratch files; the next run begins them anew.
      }
    }
    return true;
  }
}
