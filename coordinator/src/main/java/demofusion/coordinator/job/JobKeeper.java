package demofusion.coordinator.job;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.job.Jobs.BeginningWritten;
import demofusion.coordinator.job.Jobs.Cancel;
import demofusion.coordinator.job.Jobs.CheckWorkers;
import demofusion.coordinator.job.Jobs.DiskMeasured;
import demofusion.coordinator.job.Jobs.EventReceived;
import demofusion.coordinator.job.Jobs.Fingerprinted;
import demofusion.coordinator.job.Jobs.FolderMeasured;
import demofusion.coordinator.job.Jobs.FolderRead;
import demofusion.coordinator.job.Jobs.JobStored;
import demofusion.coordinator.job.Jobs.ModelsSeen;
import demofusion.coordinator.job.Jobs.ModelsWritten;
import demofusion.coordinator.job.Jobs.NotificationAttempted;
import demofusion.coordinator.job.Jobs.Prune;
import demofusion.coordinator.job.Jobs.PruneNow;
import demofusion.coordinator.job.Jobs.Retry;
import demofusion.coordinator.job.Jobs.Settled;
import demofusion.coordinator.job.Jobs.Stop;
import demofusion.coordinator.job.Jobs.Submit;
import demofusion.coordinator.job.record.Backlog;
import demofusion.coordinator.job.record.FolderReader;
import demofusion.coordinator.job.record.FolderTasks;
import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.settle.CompletionNotifier;
import demofusion.coordinator.job.settle.JobCompletion;
import demofusion.coordinator.job.settle.Pruning;
import demofusion.coordinator.job.settle.Settlement;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.DataFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.Retention;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the farm's jobs. Reads them from the data folder when it starts and resumes all that are
 * unfinished; from then on it answers {@link Jobs}. This actor only passes on what it receives:
 * {@link JobQuestions} answers questions, {@link Submissions} takes requests, {@link RunningJobs}
 * has them rendered, {@link JobCompletion} writes down what became of them, {@link Pruning} removes
 * them.
 *
 * <p>States: {@link #reading} the folder, {@link #keeping}, {@link #stopping}.
 */
public final class JobKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(JobKeeper.class);
  private static final int MOST_STASHED = 10_000;

  private final ActorContext<Jobs.Command> context;
  private final TimerScheduler<Jobs.Command> timers;
  private final StashBuffer<Jobs.Command> stash;
  private final ActorRef<DispatcherCommand> dispatcher;
  private final JobContext shared;
  private final JobCompletion completion;
  private final RunningJobs running;
  private final Submissions submissions;
  private final Pruning pruning;
  private final Conclusion conclusion;
  private final KnownModelsWriter modelsWriter;
  private final OperatorSettings operatorSettings;
  private @Nullable ActorRef<Done> stopper;

  private JobKeeper(
      ActorContext<Jobs.Command> context,
      TimerScheduler<Jobs.Command> timers,
      StashBuffer<Jobs.Command> stash,
      JobContext shared,
      ActorRef<RenderQueue.Command> queue,
      ActorRef<DispatcherCommand> dispatcher) {
    this.context = context;
    this.timers = timers;
    this.stash = stash;
    this.dispatcher = dispatcher;
    this.shared = shared;
    ActorRef<CompletionNotifier.Command> notifier =
        context.spawn(
            CompletionNotifier.create(
                shared.settings().notices(),
                shared.environment().clock(),
                context.messageAdapter(
                    CompletionNotifier.Progress.class, NotificationAttempted::new)),
            "notifier");
    FolderTasks<Settlement> settling =
        shared.tasks().answering(context.messageAdapter(Settlement.class, Settled::new));
    this.completion =
        new JobCompletion(
            shared.data(),
            shared.backlog(),
            settling,
            shared.settings().notices(),
            shared.environment().clock(),
            notifier);
    this.running =
        new RunningJobs(
            shared,
            queue,
            context.messageAdapter(RenderEvent.class, EventReceived::new),
            completion);
    this.submissions = new Submissions(shared);
    this.pruning = new Pruning(shared.data(), shared.backlog(), settling, completion);
    this.conclusion = new Conclusion(shared, completion, pruning, running);
    this.modelsWriter = new KnownModelsWriter(shared);
    this.operatorSettings = new OperatorSettings(shared);
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
      ActorRef<DispatcherCommand> dispatcher) {
    return create(data, settings, JobEnvironment.real(), queue, dispatcher);
  }

  public static Behavior<Jobs.Command> create(
      DataFolder data,
      JobSettings settings,
      JobEnvironment environment,
      ActorRef<RenderQueue.Command> queue,
      ActorRef<DispatcherCommand> dispatcher) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    Behaviors.withStash(
                        MOST_STASHED,
                        stash -> {
                          JobContext shared =
                              new JobContext(
                                  data,
                                  settings,
                                  environment,
                                  new Backlog(),
                                  new KnownModels(),
                                  new Watchers(context, timers, settings.pace().progress()),
                                  new FolderTasks<>(
                                      CoordinatorThreads.files(context.getSystem()),
                                      context.getSelf()));
                          return new JobKeeper(context, timers, stash, shared, queue, dispatcher)
                              .read();
                        })));
  }

  private Behavior<Jobs.Command> read() {
    FolderReader reader = shared.reader();
    DataFolder data = shared.data();
    Instant now = shared.now();
    context.pipeToSelf(
        CompletableFuture.supplyAsync(
            () ->
                new FolderRead(
                    reader.readAll(now),
                    KnownModelsFile.read(data),
                    OperatorSettingsFile.read(data),
                    null),
            CoordinatorThreads.files(context.getSystem())),
        (read, failure) ->
            read == null ? new FolderRead(null, List.of(), Map.of(), failure) : read);
    return reading();
  }

  private Behavior<Jobs.Command> reading() {
    return BehaviorBuilder.<Jobs.Command>create()
        .onMessage(FolderRead.class, this::onFolderRead)
        .onAnyMessage(
            other -> {
              stash.stash(other);
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<Jobs.Command> onFolderRead(FolderRead read) {
    List<Job> jobs = read.jobs();
    if (jobs == null) {
      throw new IllegalStateException(shared.data().path() + " cannot be read", read.failure());
    }
    shared.backlog().addAll(jobs);
    shared.models().remember(read.models());
    shared.models().recommend(read.settings());
    LOG.info(
        "event=jobs-read data={} jobs={} unfinished={}",
        shared.data().path(),
        jobs.size(),
        shared.backlog().unfinished().size());
    for (Job job : jobs) {
      if (job.isBroken()) {
        LOG.warn("event=job-broken job={} reason=\"{}\"", job.id(), job.reason());
      } else if (job.isOver()) {
        completion.announce(job);
      } else if (job.isComplete()) {
        running.finish(job, null);
      }
    }
    dispatcher.tell(
        new DispatcherCommand.WatchModels(
            context.messageAdapter(DispatcherCommand.Models.class, ModelsSeen::new)));
    timers.startTimerWithFixedDelay(new CheckWorkers(), shared.settings().pace().check());
    timers.startTimerWithFixedDelay(new PruneNow(), shared.settings().pace().prune());
    pruneByRules();
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
        .onMessage(Jobs.ChangeModelSettings.class, this::onChangeModelSettings)
        .onMessage(ModelsSeen.class, this::onModelsSeen)
        .onMessage(NotificationAttempted.class, this::onNotificationAttempted)
        .onMessage(CheckWorkers.class, this::onCheckWorkers)
        .onMessage(PruneNow.class, this::onPruneNow)
        .onMessage(EventReceived.class, this::onEventReceived)
        .onMessage(Stop.class, this::onStop)
        .build();
  }

  private Behavior<Jobs.Command> stopping() {
    return always()
        .onMessage(Submit.class, submit -> refuse(submit.replyTo(), isStopping()))
        .onMessage(Cancel.class, cancel -> refuse(cancel.replyTo(), isStopping()))
        .onMessage(Retry.class, retry -> refuse(retry.replyTo(), isStopping()))
        .onMessage(
            Jobs.ChangeModelSettings.class, change -> OperatorSettings.refuse(change, isStopping()))
        .onMessage(
            EventReceived.class,
            received -> {
              running.received(received.event());
              return stopIfAllIsDone();
            })
        .onAnyMessage(other -> Behaviors.same())
        .build();
  }

  private static DemofusionException isStopping() {
    return new DemofusionException(
        FailureCode.TOO_MUCH, "this coordinator is stopping; retry after its restart");
  }

  /** What can be asked at any time, and what comes back from the file threads. */
  private BehaviorBuilder<Jobs.Command> always() {
    return new JobQuestions(shared)
        .answeredBy(BehaviorBuilder.create())
        .onMessage(Jobs.ExpectModel.class, this::onExpectModel)
        .onMessage(Jobs.ShowTiles.class, this::onShowTiles)
        .onMessage(Fingerprinted.class, answer(submissions::onFingerprinted))
        .onMessage(JobStored.class, answer(this::onJobStored))
        .onMessage(DiskMeasured.class, answer(running::onDiskMeasured))
        .onMessage(BeginningWritten.class, answer(running::onBeginningWritten))
        .onMessage(FolderMeasured.class, answer(running::onFolderMeasured))
        .onMessage(ModelsWritten.class, answer(modelsWriter::onModelsWritten))
        .onMessage(Jobs.ModelSettingsWritten.class, answer(operatorSettings::onWritten))
        .onMessage(Settled.class, answer(this::onSettled));
  }

  /** Of a file thread; the keeper may have waited for it to stop. */
  private <M> Function<M, Behavior<Jobs.Command>> answer(Consumer<M> handler) {
    return message -> {
      shared.tasks().answered();
      handler.accept(message);
      return stopIfAllIsDone();
    };
  }

  private Behavior<Jobs.Command> onSubmit(Submit submit) {
    submissions.submit(submit);
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onShowTiles(Jobs.ShowTiles show) {
    running.showTiles(show);
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onCancel(Cancel cancel) {
    Job job = shared.backlog().find(cancel.job());
    if (job == null) {
      return refuse(cancel.replyTo(), JobQuestions.unknown(cancel.job()));
    }
    if (job.isOver()) {
      return refuse(
          cancel.replyTo(),
          DemofusionException.conflict(
              "job %s is %s; only an unfinished job can be cancelled"
                  .formatted(job.id(), job.state())));
    }
    running.cancel(job, cancel.replyTo());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onRetry(Retry retry) {
    Job job = shared.backlog().find(retry.job());
    if (job == null) {
      return refuse(retry.replyTo(), JobQuestions.unknown(retry.job()));
    }
    if (!job.isOver() || job.state() == JobState.DONE || completion.isChanging(job.id())) {
      return refuse(
          retry.replyTo(),
          DemofusionException.conflict(
              "job %s is %s; only one that failed or was cancelled can be retried"
                  .formatted(job.id(), job.state())));
    }
    String owner = job.record().owner();
    try {
      shared
          .settings()
          .limits()
          .requireRoom(
              shared.backlog().unfinished().size(), owner, shared.backlog().unfinishedOf(owner));
      String model = job.record().subject().model().name();
      boolean canWait = job.record().startedAt() == null;
      shared.environment().budgets().admit(job.id(), owner, model, job.tilesToDraw(), canWait);
    } catch (DemofusionException e) {
      return refuse(retry.replyTo(), e);
    }
    conclusion.retry(job, retry.replyTo());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onPrune(Prune prune) {
    pruning.prune(prune.retention(), shared.now(), prune.dryRun(), prune.replyTo());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onMeasure(Jobs.Measure measure) {
    Job job = shared.backlog().find(measure.job());
    if (job != null && job.isOver() && !completion.isChanging(job.id())) {
      running.measure(job);
    }
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onChangeModelSettings(Jobs.ChangeModelSettings change) {
    operatorSettings.change(change);
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onPruneNow(PruneNow now) {
    pruneByRules();
    return Behaviors.same();
  }

  private void pruneByRules() {
    Retention retention = shared.settings().retention();
    if (!retention.equals(Retention.FOREVER)) {
      pruning.prune(retention, shared.now(), false, null);
    }
  }

  private Behavior<Jobs.Command> onExpectModel(Jobs.ExpectModel expected) {
    shared.models().expect();
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onModelsSeen(ModelsSeen seen) {
    if (shared.models().nowPresent(seen.models())) {
      modelsWriter.write();
    }
    running.consider();
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onNotificationAttempted(NotificationAttempted attempted) {
    completion.record(attempted.progress());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onCheckWorkers(CheckWorkers check) {
    running.checkWorkers();
    completion.saveTheRest();
    modelsWriter.writeAgain();
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onEventReceived(EventReceived received) {
    shared.environment().observer().received(received.event());
    running.received(received.event());
    return Behaviors.same();
  }

  private void onJobStored(JobStored stored) {
    if (submissions.onJobStored(stored)) {
      running.consider();
    }
  }

  private void onSettled(Settled settled) {
    settled.settlement().accept(conclusion);
  }

  private Behavior<Jobs.Command> onStop(Stop stop) {
    LOG.info("event=jobs-stopping unfinished={}", shared.backlog().unfinished().size());
    stopper = stop.replyTo();
    running.stop();
    Behavior<Jobs.Command> next = stopIfAllIsDone();
    return next == Behaviors.<Jobs.Command>same() ? stopping() : next;
  }

  private Behavior<Jobs.Command> stopIfAllIsDone() {
    if (!running.isEmpty() || !shared.tasks().isIdle() || stopper == null) {
      return Behaviors.same();
    }
    stopper.tell(Done.getInstance());
    return Behaviors.stopped();
  }

  private static Behavior<Jobs.Command> refuse(
      ActorRef<Jobs.Reply> replyTo, DemofusionException refusal) {
    replyTo.tell(Jobs.Reply.refused(refusal));
    return Behaviors.same();
  }
}
