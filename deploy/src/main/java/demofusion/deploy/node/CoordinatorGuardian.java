package demofusion.deploy.node;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.budget.Accounts;
import demofusion.coordinator.budget.Allowances;
import demofusion.coordinator.budget.Budgets;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.KnownWorkers;
import demofusion.coordinator.dispatch.WorkerPauses;
import demofusion.coordinator.dispatch.audit.Audits;
import demofusion.coordinator.dispatch.audit.DistrustedWorkers;
import demofusion.coordinator.dispatch.ledger.DrainedWorkers;
import demofusion.coordinator.http.GuestApi;
import demofusion.coordinator.http.auth.PictureLinks;
import demofusion.coordinator.http.auth.Tokens;
import demofusion.coordinator.http.compat.StableDiffusionApi;
import demofusion.coordinator.http.compat.openai.OpenAiApi;
import demofusion.coordinator.http.server.HttpServer;
import demofusion.coordinator.job.JobEnvironment;
import demofusion.coordinator.job.JobKeeper;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.library.ModelLibrary;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.coordinator.metrics.CoordinatorMetrics;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.results.ResultFiles;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.DistrustFile;
import demofusion.coordinator.store.DrainsFile;
import demofusion.coordinator.store.PausesFile;
import demofusion.coordinator.trace.AllObservers;
import demofusion.coordinator.trace.TraceRecorder;
import demofusion.coordinator.trace.otlp.OtlpTraces;
import demofusion.coordinator.usage.MeteredFarm;
import demofusion.coordinator.usage.UsageLedger;
import demofusion.deploy.launch.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.jspecify.annotations.Nullable;

/**
 * The guardian of a coordinator: parent of dispatcher, queue and jobs, and beside them the HTTP
 * API. It is the cluster's first node. When one of them fails, all of it ends: whoever starts it
 * again finds everything in the data folder.
 */
final class CoordinatorGuardian extends AbstractBehavior<CoordinatorGuardian.Command> {
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(2);

  /** A power cut costs the accounts no more than this. */
  private static final Duration SYNC = Duration.ofSeconds(1);

  /** What the node asks of it. */
  sealed interface Command {}

  /** Closing time: jobs write what they have to their folders, then the system ends. */
  record Close() implements Command {}

  private record HttpStarted(@Nullable HttpServer server, @Nullable Throwable failure)
      implements Command {}

  private record JobsStopped() implements Command {}

  private record HttpStopped() implements Command {}

  /** All that others of this process may ask, when it can be asked. */
  record Running(
      HttpServer http, ActorRef<DispatcherCommand> dispatcher, ActorRef<Jobs.Command> jobs) {}

  private final ActorRef<DispatcherCommand> dispatcher;
  private final ActorRef<Jobs.Command> jobs;
  private final CompletableFuture<Running> listening;
  private final UsageLedger usage;
  private @Nullable HttpServer http;

  private CoordinatorGuardian(
      ActorContext<Command> context,
      CoordinatorSettings settings,
      DataFolder data,
      ResultFiles results,
      ModelStore store,
      AuditLog auditLog,
      Accounts accounts,
      FarmObserver observer,
      CompletableFuture<Running> listening) {
    super(context);
    this.listening = listening;
    this.usage = accounts.usage();
    dispatcher =
        context.spawn(
            Dispatcher.create(
                new KnownWorkers(
                    new Audits(settings.audits(), distrusted(data, context)),
                    paused(data, context),
                    drained(data, context)),
                settings.security().largestMessage(),
                observer),
            FarmSystem.DISPATCHER);
    ActorRef<RenderQueue.Command> queue =
        context.spawn(RenderQueue.create(dispatcher, settings.jobs().atOnce()), "queue");
    jobs =
        context.spawn(
            JobKeeper.create(
                data,
                settings.jobs(),
                JobEnvironment.real().observedBy(observer).with(store).with(accounts.budgets()),
                queue,
                dispatcher),
            "jobs");
    context.watch(dispatcher);
    context.watch(queue);
    context.watch(jobs);
    settings.security().watchOver(context);
    context.spawn(
        RemotingNotices.create(
            FarmSystem.members(context.getSystem(), FarmSystem.address(context.getSystem()))),
        "notices");
    Cluster cluster = Cluster.get(context.getSystem());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    context.pipeToSelf(
        HttpServer.start(
            context.getSystem(),
            settings.http(),
            jobs,
            dispatcher,
            guests(data),
            store,
            auditLog,
            accounts,
            results),
        HttpStarted::new);
  }

  private static DistrustedWorkers distrusted(DataFolder data, ActorContext<Command> context) {
    DistrustFile file = new DistrustFile(data, CoordinatorThreads.files(context.getSystem()));
    return new DistrustedWorkers(file.read(), file::keep);
  }

  private static WorkerPauses paused(DataFolder data, ActorContext<Command> context) {
    PausesFile file = new PausesFile(data, CoordinatorThreads.files(context.getSystem()));
    return new WorkerPauses(file.read(), file::keep);
  }

  private static DrainedWorkers drained(DataFolder data, ActorContext<Command> context) {
    DrainsFile file = new DrainsFile(data, CoordinatorThreads.files(context.getSystem()));
    return new DrainedWorkers(file.read(), file::keep);
  }

  /**
   * @param results where files of jobs are
   * @param beside files of this machine's folders, which its store has too
   * @param metrics is notified of what happens on the farm
   * @param listening told when the API can be asked, or why it cannot
   */
  static Behavior<Command> create(
      CoordinatorSettings settings,
      DataFolder data,
      ResultFiles results,
      ModelLibrary beside,
      CoordinatorMetrics metrics,
      CompletableFuture<Running> listening) {
    return Behaviors.setup(
        context -> {
          ModelStore store =
              ModelStore.open(
                  data.library(),
                  settings.store(),
                  CoordinatorThreads.library(context.getSystem()),
                  InstantSource.system());
          store.alsoHas(beside);
          store.observedBy(metrics.modelStore());
          AuditLog auditLog = AuditLog.open(data.auditLog(), InstantSource.system());
          auditLog.observedBy(metrics.auditLog());
          UsageLedger usage = usage(context.getSystem(), data);
          usage.observedBy(metrics.usage());
          Budgets budgets = budgets(settings, usage);
          budgets.observedBy(metrics.budgets());
          return new CoordinatorGuardian(
              context,
              settings,
              data,
              results,
              store,
              auditLog,
              new Accounts(usage, budgets),
              AllObservers.of(
                  metrics,
                  new MeteredFarm(usage),
                  traces(context),
                  otlp(context, settings, metrics)),
              listening);
        });
  }

  /** Goes on writing until the node has ended, so that the last event of each job is there. */
  private static TraceRecorder traces(ActorContext<Command> context) {
    TraceRecorder traces = TraceRecorder.start();
    context.getSystem().getWhenTerminated().thenRun(traces::close);
    return traces;
  }

  /** Where jobs' traces are sent to, if anywhere. */
  private static FarmObserver otlp(
      ActorContext<Command> context, CoordinatorSettings settings, CoordinatorMetrics metrics) {
    return settings
        .otlp()
        .<FarmObserver>map(
            to -> {
              OtlpTraces traces = OtlpTraces.start(to, Installation.version());
              metrics.linkTo(traces::traceOf);
              context.getSystem().getWhenTerminated().thenRun(traces::close);
              return traces;
            })
        .orElse(FarmObserver.NONE);
  }

  private static UsageLedger usage(ActorSystem<?> system, DataFolder data) {
    Executor files = CoordinatorThreads.files(system);
    return UsageLedger.open(
        data.usage(),
        InstantSource.system(),
        files,
        CompletableFuture.delayedExecutor(SYNC.toMillis(), TimeUnit.MILLISECONDS, files));
  }

  /** Known before a job can begin. */
  private static Budgets budgets(CoordinatorSettings settings, UsageLedger usage) {
    Allowances allowances = new Allowances();
    Path tokens = settings.http().tokens();
    if (tokens != null) {
      allowances.accept(Tokens.open(tokens, System::nanoTime).lines());
    }
    return new Budgets(allowances, usage.spending(), InstantSource.system());
  }

  private static List<GuestApi> guests(DataFolder data) {
    PictureLinks links = PictureLinks.keptIn(data.pictureKey(), InstantSource.system());
    return List.of(new StableDiffusionApi(), new OpenAiApi(links));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(HttpStarted.class, this::onHttpStarted)
        .onMessage(Close.class, this::onClose)
        .onMessage(JobsStopped.class, this::onJobsStopped)
        .onMessage(HttpStopped.class, this::onHttpStopped)
        .build();
  }

  private Behavior<Command> onHttpStarted(HttpStarted started) {
    http = started.server();
    if (http == null) {
      listening.completeExceptionally(
          started.failure() == null ? new IllegalStateException("no HTTP") : started.failure());
      getContext().getSystem().terminate();
    } else {
      listening.complete(new Running(http, dispatcher, jobs));
    }
    return this;
  }

  private Behavior<Command> onClose(Close close) {
    getContext().unwatch(jobs);
    jobs.tell(new Jobs.Stop(getContext().messageAdapter(Done.class, done -> new JobsStopped())));
    return this;
  }

  private Behavior<Command> onJobsStopped(JobsStopped stopped) {
    if (http == null) {
      return onHttpStopped(new HttpStopped());
    }
    getContext().pipeToSelf(http.stop(LAST_REQUESTS), (done, failure) -> new HttpStopped());
    return this;
  }

  private Behavior<Command> onHttpStopped(HttpStopped stopped) {
    usage.close();
    getContext().getSystem().terminate();
    return this;
  }
}
