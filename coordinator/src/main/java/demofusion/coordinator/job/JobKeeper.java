package demofusion.coordinator.job;

import demofusion.coordinator.job.Jobs.Cancel;
import demofusion.coordinator.job.Jobs.CountAll;
import demofusion.coordinator.job.Jobs.Find;
import demofusion.coordinator.job.Jobs.ListAll;
import demofusion.coordinator.job.Jobs.Listing;
import demofusion.coordinator.job.Jobs.Locate;
import demofusion.coordinator.job.Jobs.Location;
import demofusion.coordinator.job.Jobs.Prune;
import demofusion.coordinator.job.Jobs.Pruned;
import demofusion.coordinator.job.Jobs.Retry;
import demofusion.coordinator.job.Jobs.Submit;
import demofusion.coordinator.job.Jobs.Unwatch;
import demofusion.coordinator.job.Jobs.Watch;
import demofusion.coordinator.render.CoordinatorDispatchers;
import demofusion.coordinator.render.Dispatch;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.DataFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.DispatcherProtocol;
import demofusion.protocol.model.ModelCard;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the farm's jobs. Reads them from the data folder when it starts and goes on with all that
 * are unfinished; from then on it answers {@link Jobs}. This actor only passes on what it hears:
 * {@link Submissions} takes orders, {@link RunningJobs} has them rendered, {@link Endings} writes
 * down what became of them, {@link Pruning} removes them.
 *
 * <p>States: {@link #reading} the folder, {@link #keeping}, {@link #stopping}.
 */
public final class JobKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(JobKeeper.class);
  private static final int MOST_STASHED = 10_000;

  /** Ends it: all that run write their last checkpoint. Answered when the folders are free. */
  public record Stop(ActorRef<Done> replyTo) implements Jobs.Command {}

  private record FolderRead(
      @Nullable List<Job> jobs, List<ModelCard> models, @Nullable Throwable failure)
      implements Jobs.Command {}

  private record ModelsSeen(Dispatch.Models models) implements Jobs.Command {}

  private record Heard(RenderEvent event) implements Jobs.Command {}

  private record Told(Herald.Progress progress) implements Jobs.Command {}

  private record Look() implements Jobs.Command {}

  private record PruneNow() implements Jobs.Command {}

  private final ActorContext<Jobs.Command> context;
  private final TimerScheduler<Jobs.Command> timers;
  private final KeeperDesk desk;
  private final Endings endings;
  private final RunningJobs running;
  private final Submissions submissions;
  private final Pruning pruning;
  private boolean isModelNewsUnsaved;
  private @Nullable ActorRef<Done> stopper;

  private JobKeeper(
      ActorContext<Jobs.Command> context,
      TimerScheduler<Jobs.Command> timers,
      KeeperDesk desk,
      ActorRef<RenderQueue.Command> queue) {
    this.context = context;
    this.timers = timers;
    this.desk = desk;
    ActorRef<Herald.Command> herald =
        context.spawn(
            Herald.create(
                desk.settings().notices(),
                desk.around().clock(),
                context.messageAdapter(Herald.Progress.class, Told::new)),
            "herald");
    this.endings = new Endings(desk, herald);
    this.running =
        new RunningJobs(
            desk, queue, context.messageAdapter(RenderEvent.class, Heard::new), endings);
    this.submissions = new Submissions(desk, running::consider);
    this.pruning = new Pruning(desk, endings, herald);
    context.watch(queue); // without it nothing here makes sense
  }

  /**
   * @param data stays its caller's, who closes it when this actor has stopped
   * @param queue renders at least as many jobs at once as the settings say
   */
  public static Behavior<Jobs.Command> create(
      DataFolder data,
      JobSettings settings,
      ActorRef<RenderQueue.Command> queue,
      ActorRef<DispatcherProtocol.Command> dispatcher) {
    return create(data, settings, Surroundings.real(), queue, dispatcher);
  }

  public static Behavior<Jobs.Command> create(
      DataFolder data,
      JobSettings settings,
      Surroundings around,
      ActorRef<RenderQueue.Command> queue,
      ActorRef<DispatcherProtocol.Command> dispatcher) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    Behaviors.withStash(
                        MOST_STASHED,
                        stash -> {
                          Watchers watchers =
                              new Watchers(context, timers, settings.pace().progress());
                          KeeperDesk desk =
                              new KeeperDesk(context, data, settings, around, watchers);
                          return new JobKeeper(context, timers, desk, queue)
                              .read(dispatcher, stash);
                        })));
  }

  private Behavior<Jobs.Command> read(
      ActorRef<DispatcherProtocol.Command> dispatcher, StashBuffer<Jobs.Command> stash) {
    FolderReader reader = desk.reader();
    DataFolder data = desk.data();
    var now = desk.now();
    context.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> new FolderRead(reader.readAll(now), ModelMemory.read(data), null),
            CoordinatorDispatchers.files(context.getSystem())),
        (read, failure) -> read == null ? new FolderRead(null, List.of(), failure) : read);
    return reading(dispatcher, stash);
  }

  private Behavior<Jobs.Command> reading(
      ActorRef<DispatcherProtocol.Command> dispatcher, StashBuffer<Jobs.Command> stash) {
    return BehaviorBuilder.<Jobs.Command>create()
        .onMessage(FolderRead.class, read -> onFolderRead(read, dispatcher, stash))
        .onAnyMessage(
            other -> {
              stash.stash(other);
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<Jobs.Command> onFolderRead(
      FolderRead read,
      ActorRef<DispatcherProtocol.Command> dispatcher,
      StashBuffer<Jobs.Command> stash) {
    List<Job> jobs = read.jobs();
    if (jobs == null) {
      throw new IllegalStateException(desk.data().path() + " cannot be read", read.failure());
    }
    desk.backlog().addAll(jobs);
    desk.models().remember(read.models());
    LOG.info(
        "event=jobs-read data={} jobs={} unfinished={}",
        desk.data().path(),
        jobs.size(),
        desk.backlog().unfinished().size());
    for (Job job : jobs) {
      if (job.isBroken()) {
        LOG.warn("event=job-broken job={} reason=\"{}\"", job.id(), job.reason());
      } else if (job.isOver()) {
        endings.announce(job);
      } else if (job.isComplete()) {
        running.finish(job, null);
      }
    }
    dispatcher.tell(
        new Dispatch.WatchModels(context.messageAdapter(Dispatch.Models.class, ModelsSeen::new)));
    timers.startTimerWithFixedDelay(new Look(), desk.settings().pace().look());
    timers.startTimerWithFixedDelay(new PruneNow(), desk.settings().pace().prune());
    pruning.prune();
    running.consider();
    return stash.unstashAll(keeping());
  }

  private Behavior<Jobs.Command> keeping() {
    return always()
        .onMessage(Submit.class, this::onSubmit)
        .onMessage(Cancel.class, this::onCancel)
        .onMessage(Retry.class, this::onRetry)
        .onMessage(Prune.class, this::onPrune)
        .onMessage(Jobs.Measure.class, this::onMeasure)
        .onMessage(ModelsSeen.class, this::onModelsSeen)
        .onMessage(Told.class, this::onTold)
        .onMessage(Look.class, this::onLook)
        .onMessage(PruneNow.class, this::onPruneNow)
        .onMessage(Heard.class, this::onHeard)
        .onMessage(KeeperDesk.Continue.class, this::onContinue)
        .onMessage(Stop.class, this::onStop)
        .build();
  }

  private Behavior<Jobs.Command> stopping() {
    return always()
        .onMessage(Submit.class, submit -> refuse(submit.replyTo(), KeeperDesk.stopping()))
        .onMessage(Cancel.class, cancel -> refuse(cancel.replyTo(), KeeperDesk.stopping()))
        .onMessage(Retry.class, retry -> refuse(retry.replyTo(), KeeperDesk.stopping()))
        .onMessage(
            Heard.class,
            heard -> {
              running.heard(heard.event());
              return stopIfAllIsDone();
            })
        .onMessage(
            KeeperDesk.Continue.class,
            next -> {
              next.then().run();
              return stopIfAllIsDone();
            })
        .onAnyMessage(other -> Behaviors.same())
        .build();
  }

  /** What can be asked at any time. */
  private BehaviorBuilder<Jobs.Command> always() {
    return BehaviorBuilder.<Jobs.Command>create()
        .onMessage(Find.class, this::onFind)
        .onMessage(ListAll.class, this::onListAll)
        .onMessage(CountAll.class, this::onCountAll)
        .onMessage(Locate.class, this::onLocate)
        .onMessage(Jobs.ShowTiles.class, this::onShowTiles)
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Unwatch.class, this::onUnwatch)
        .onMessage(Jobs.WatchFinished.class, this::onWatchFinished)
        .onMessage(Watchers.WatcherGone.class, this::onWatcherGone)
        .onMessage(Watchers.ProgressDue.class, this::onProgressDue);
  }

  private Behavior<Jobs.Command> onSubmit(Submit submit) {
    submissions.submit(submit);
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onFind(Find find) {
    Job job = desk.backlog().find(find.job());
    if (job == null) {
      return refuse(find.replyTo(), KeeperDesk.unknown(find.job()));
    }
    KeeperDesk.answer(find.replyTo(), job, false);
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onListAll(ListAll list) {
    list.replyTo().tell(new Listing(desk.backlog().newestFirst()));
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onCountAll(CountAll count) {
    count.replyTo().tell(desk.backlog().counts(desk.now()));
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onLocate(Locate locate) {
    boolean isThere = desk.backlog().contains(locate.job());
    locate.replyTo().tell(new Location(isThere ? desk.data().job(locate.job()) : null));
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onShowTiles(Jobs.ShowTiles show) {
    running.showTiles(show);
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onWatch(Watch watch) {
    Job job = desk.backlog().find(watch.job());
    if (job != null) {
      desk.watchers().add(job, watch.subscriber());
    }
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onWatchFinished(Jobs.WatchFinished watch) {
    desk.watchers().addForFinished(watch.subscriber());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onUnwatch(Unwatch unwatch) {
    desk.watchers().remove(unwatch.job(), unwatch.subscriber());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onWatcherGone(Watchers.WatcherGone gone) {
    desk.watchers().gone(gone.watcher());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onProgressDue(Watchers.ProgressDue due) {
    desk.watchers().onProgressDue();
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onCancel(Cancel cancel) {
    Job job = desk.backlog().find(cancel.job());
    if (job == null) {
      return refuse(cancel.replyTo(), KeeperDesk.unknown(cancel.job()));
    }
    if (job.isOver()) {
      return refuse(
          cancel.replyTo(),
          KeeperDesk.conflict(
              "job "
                  + job.id()
                  + " is "
                  + job.state()
                  + "; only an unfinished job can be stopped"));
    }
    endings.answerAtTheEnd(job.id(), cancel.replyTo());
    running.cancel(job);
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onRetry(Retry retry) {
    Job job = desk.backlog().find(retry.job());
    if (job == null) {
      return refuse(retry.replyTo(), KeeperDesk.unknown(retry.job()));
    }
    if (!job.isOver() || job.state() == JobState.DONE || endings.isChanging(job.id())) {
      return refuse(
          retry.replyTo(),
          KeeperDesk.conflict(
              "job "
                  + job.id()
                  + " is "
                  + job.state()
                  + "; only one that failed or was cancelled can be retried"));
    }
    String owner = job.record().owner();
    try {
      desk.settings()
          .limits()
          .requireRoom(
              desk.backlog().unfinished().size(), owner, desk.backlog().unfinishedOf(owner));
    } catch (DemofusionException e) {
      return refuse(retry.replyTo(), e);
    }
    endings.reopen(job, retry.replyTo(), running::consider);
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onPrune(Prune prune) {
    ActorRef<Pruned> replyTo = prune.replyTo();
    pruning.prune(prune.retention(), prune.dryRun(), replyTo::tell);
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onMeasure(Jobs.Measure measure) {
    Job job = desk.backlog().find(measure.job());
    if (job != null && job.isOver() && !endings.isChanging(job.id())) {
      desk.inTurn(
          job.id(),
          "the job's folder could not be measured",
          () -> desk.reader().contents(job.id()),
          (contents, failure) -> {
            if (contents != null && job.isOver()) {
              job.measured(contents);
            }
          });
    }
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onPruneNow(PruneNow now) {
    pruning.prune();
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onModelsSeen(ModelsSeen seen) {
    if (desk.models().nowPresent(seen.models().present())) {
      writeModels();
    }
    running.consider();
    return Behaviors.same();
  }

  private void writeModels() {
    List<ModelCard> all = desk.models().all();
    isModelNewsUnsaved = false;
    desk.onFiles(
        "the models could not be written down",
        () -> {
          ModelMemory.write(desk.data(), all);
          return all;
        },
        (written, failure) -> {
          if (failure != null) {
            LOG.warn("event=models-unsaved", failure);
            isModelNewsUnsaved = true;
          }
        });
  }

  private Behavior<Jobs.Command> onTold(Told told) {
    endings.told(told.progress());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onLook(Look look) {
    running.look();
    endings.saveTheRest();
    if (isModelNewsUnsaved) {
      writeModels();
    }
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onHeard(Heard heard) {
    desk.around().observer().heard(heard.event());
    running.heard(heard.event());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onContinue(KeeperDesk.Continue next) {
    next.then().run();
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onStop(Stop stop) {
    LOG.info("event=jobs-stopping unfinished={}", desk.backlog().unfinished().size());
    stopper = stop.replyTo();
    desk.stop();
    running.stop();
    Behavior<Jobs.Command> next = stopIfAllIsDone();
    return next == Behaviors.<Jobs.Command>same() ? stopping() : next;
  }

  private Behavior<Jobs.Command> stopIfAllIsDone() {
    if (!running.isEmpty() || !desk.isIdle() || stopper == null) {
      return Behaviors.same();
    }
    stopper.tell(Done.getInstance());
    return Behaviors.stopped();
  }

  private static Behavior<Jobs.Command> refuse(
      ActorRef<Jobs.Reply> replyTo, DemofusionException refusal) {
    KeeperDesk.refuse(replyTo, refusal);
    return Behaviors.same();
  }
}
