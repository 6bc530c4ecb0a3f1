package demofusion.coordinator.render;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.model.ModelGeometry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry point for jobs. A job is put on disk, then acknowledged to its listener, then rendered
 * when its turn comes: higher priorities first, otherwise as they came, so many at once as long as
 * their latents fit into the heap together.
 */
public final class RenderQueue extends AbstractBehavior<RenderQueue.Command> {
  private static final Logger LOG = LoggerFactory.getLogger(RenderQueue.class);

  /** Enough that there is always a job with work while others end their timesteps. */
  public static final int AT_ONCE = 4;

  private static final double SHARE_OF_HEAP = 0.75; // the rest is for what is on its way

  /** The queue's messages. */
  public sealed interface Command {}

  /** A new job, in a folder that has none yet. */
  public record Submit(
      JobId job, Path folder, RenderRequest request, ActorRef<RenderEvent> listener)
      implements Command {}

  /** A job that was accepted before, to go on with from its folder. */
  public record Resume(JobId job, Path folder, ActorRef<RenderEvent> listener) implements Command {}

  /** Stop a job, wherever it is; what it has done stays in its folder. */
  public record Cancel(JobId job) implements Command {}

  /** Where the timestep stands that a job is in. */
  public record ShowTiles(JobId job, ActorRef<TileMap> replyTo) implements Command {}

  /** A session is about to take so much of the heap; answered when there is room. */
  record AskForRoom(JobId job, long bytes) implements Command {}

  private record Stored(
      JobId job,
      ActorRef<RenderEvent> listener,
      @Nullable JobFolder folder,
      @Nullable Throwable failure)
      implements Command {}

  private record Ended(RenderEvent.Last last) implements Command {}

  private final ActorRef<DispatcherCommand> dispatcher;
  private final ActorRef<RenderEvent.Last> lastWords;
  private final Function<ModelGeometry, PictureTiling> tiling;
  private final int atOnce;
  private final Executor files;
  private final HeapBudget heap;
  private final Set<JobId> beingStored = new HashSet<>();
  private final Set<JobId> cancelledEarly = new HashSet<>();
  private final List<RenderJob> waiting = new ArrayList<>();
  private final Map<JobId, ActorRef<RenderSession.Command>> sessions = new HashMap<>();
  private final Map<ActorRef<Void>, RenderJob> running = new HashMap<>();
  private int nextSession; // a resumed job is another session

  private RenderQueue(
      ActorContext<Command> context,
      ActorRef<DispatcherCommand> dispatcher,
      int atOnce,
      Function<ModelGeometry, PictureTiling> tiling,
      long heapBytes) {
    super(context);
    this.dispatcher = dispatcher;
    this.lastWords = context.messageAdapter(RenderEvent.Last.class, Ended::new);
    this.tiling = tiling;
    this.atOnce = atOnce;
    this.heap = new HeapBudget(heapBytes);
    this.files = CoordinatorThreads.files(context.getSystem());
  }

  /**
   * @param atOnce how many jobs are rendered at once, as far as their latents fit into the heap
   */
  public static Behavior<Command> create(ActorRef<DispatcherCommand> dispatcher, int atOnce) {
    long heap = (long) (SHARE_OF_HEAP * Runtime.getRuntime().maxMemory());
    return create(dispatcher, atOnce, PictureTiling::of, heap);
  }

  static Behavior<Command> create(
      ActorRef<DispatcherCommand> dispatcher,
      int atOnce,
      Function<ModelGeometry, PictureTiling> tiling,
      long heapBytes) {
    return Behaviors.setup(
        context -> new RenderQueue(context, dispatcher, atOnce, tiling, heapBytes));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Submit.class, this::onSubmit)
        .onMessage(Resume.class, this::onResume)
        .onMessage(Cancel.class, this::onCancel)
        .onMessage(ShowTiles.class, this::onShowTiles)
        .onMessage(AskForRoom.class, this::onAskForRoom)
        .onMessage(Stored.class, this::onStored)
        .onMessage(Ended.class, this::onEnded)
        .onSignal(ChildFailed.class, this::onSessionFailed)
        .onSignal(Terminated.class, this::onSessionEnded)
        .onSignal(PostStop.class, this::onStop)
        .build();
  }

  private Behavior<Command> onSubmit(Submit submit) {
    store(
        submit.job(), submit.listener(), () -> JobFolder.create(submit.folder(), submit.request()));
    return this;
  }

  private Behavior<Command> onResume(Resume resume) {
    store(resume.job(), resume.listener(), () -> JobFolder.open(resume.folder()));
    return this;
  }

  private void store(JobId job, ActorRef<RenderEvent> listener, Supplier<JobFolder> folder) {
    if (isKnown(job)) {
      String sentence = "job " + job + " already exists";
      listener.tell(new RenderEvent.Failed(job, FailureCode.BAD_REQUEST, sentence));
      return;
    }
    beingStored.add(job);
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(folder, files),
            (opened, failure) -> new Stored(job, listener, opened, failure));
  }

  private boolean isKnown(JobId job) {
    return beingStored.contains(job)
        || sessions.containsKey(job)
        || waiting.stream().anyMatch(other -> other.id().equals(job));
  }

  private Behavior<Command> onStored(Stored stored) {
    JobId id = stored.job();
    beingStored.remove(id);
    boolean isCancelled = cancelledEarly.remove(id);
    JobFolder folder = stored.folder();
    if (folder == null) {
      refuse(stored);
      return this;
    }
    LOG.info("event=render-accepted job={} folder={}", id, folder.path());
    RenderJob job = new RenderJob(id, folder, stored.listener());
    job.listener().tell(new RenderEvent.Accepted(id, folder.path()));
    if (isCancelled) {
      cancel(job);
    } else {
      waiting.add(job);
      fill();
    }
    return this;
  }

  private static void refuse(Stored stored) {
    Throwable thrown = stored.failure();
    DemofusionException failure =
        FailureCauses.known(
            thrown == null ? new IllegalStateException("no folder") : thrown,
            "the job could not be stored");
    stored
        .listener()
        .tell(new RenderEvent.Failed(stored.job(), failure.code(), failure.userMessage()));
  }

  private void fill() {
    while (running.size() < atOnce && !waiting.isEmpty()) {
      // The first of the most urgent: min keeps the earlier of two equals.
      RenderJob next =
          waiting.stream().min(Comparator.comparingInt(job -> -priority(job))).orElseThrow();
      waiting.remove(next);
      start(next);
    }
  }

  private static int priority(RenderJob job) {
    return job.request().priority();
  }

  private void start(RenderJob job) {
    ActorRef<RenderSession.Command> session =
        getContext()
            .spawn(
                RenderSession.create(
                    job, dispatcher, getContext().getSelf().narrow(), tiling, lastWords),
                "session-" + nextSession++ + "-" + job.id());
    getContext().watch(session);
    sessions.put(job.id(), session);
    running.put(session.unsafeUpcast(), job);
  }

  private Behavior<Command> onShowTiles(ShowTiles show) {
    ActorRef<RenderSession.Command> session = sessions.get(show.job());
    if (session == null) {
      show.replyTo().tell(TileMap.NONE);
    } else {
      session.tell(new RenderSession.ShowTiles(show.replyTo()));
    }
    return this;
  }

  private Behavior<Command> onAskForRoom(AskForRoom ask) {
    running.values().stream()
        .filter(job -> job.id().equals(ask.job()))
        .forEach(job -> heap.ask(ask.job(), priority(job), ask.bytes()));
    giveRoom();
    return this;
  }

  private void giveRoom() {
    for (JobId job : heap.give()) {
      ActorRef<RenderSession.Command> session = sessions.get(job);
      if (session != null) {
        session.tell(new RenderSession.RoomGiven());
      }
    }
  }

  private Behavior<Command> onCancel(Cancel cancel) {
    ActorRef<RenderSession.Command> session = sessions.get(cancel.job());
    if (session != null) {
      session.tell(new RenderSession.Cancel());
    } else if (beingStored.contains(cancel.job())) {
      cancelledEarly.add(cancel.job());
    } else {
      waiting.stream()
          .filter(job -> job.id().equals(cancel.job()))
          .findFirst()
          .ifPresent(
              job -> {
                waiting.remove(job);
                cancel(job);
              });
    }
    return this;
  }

  private static void cancel(RenderJob job) {
    job.folder().close();
    job.listener().tell(new RenderEvent.Failed(job.id(), FailureCode.CANCELLED, "cancelled"));
  }

  /** Lets go of the folders of jobs whose turn has not come; sessions let go of theirs. */
  private Behavior<Command> onStop(PostStop stop) {
    waiting.forEach(job -> job.folder().close());
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    JobId id = ended.last().job();
    ActorRef<RenderSession.Command> session = sessions.remove(id);
    RenderJob job = session == null ? null : running.get(session.<Void>unsafeUpcast());
    if (job != null) {
      LOG.info("event=render-ended job={} how={}", id, ended.last().getClass().getSimpleName());
      heap.release(id);
      giveRoom();
      job.listener().tell(ended.last());
    }
    return this;
  }

  private Behavior<Command> onSessionFailed(ChildFailed failed) {
    RenderJob job = running.get(failed.getRef());
    if (job != null) {
      LOG.error("event=session-failed job={}", job.id(), failed.getCause());
      sessions.remove(job.id());
      DemofusionException known =
          FailureCauses.known(failed.getCause(), "the job failed with an internal error");
      job.listener().tell(new RenderEvent.Failed(job.id(), known.code(), known.userMessage()));
    }
    return onSessionEnded(failed);
  }

  private Behavior<Command> onSessionEnded(Terminated ended) {
    RenderJob job = running.remove(ended.getRef());
    // If it was resumed at once, its place belongs to another session by now.
    if (job != null && !sessions.containsKey(job.id())) {
      heap.release(job.id());
      giveRoom();
    }
    fill();
    return this;
  }
}
