package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.budget.Budgets;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.job.Jobs.Reply;
import demofusion.coordinator.job.record.TestClock;
import demofusion.coordinator.notify.NotifySettings;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.Disk;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobEvent.Kind;
import demofusion.protocol.api.JobList;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.Retention;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** A keeper on a data folder, with dispatcher and queue, and whatever workers a test adds. */
final class JobKeeperFixture implements AutoCloseable {
  static final RenderSpec SPEC = Renders.spec().size(192, 136).build();
  static final RenderSpec QUICK = Renders.spec().size(64, 64).steps(2).build();
  static final String OWNER = "ada";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofMillis(20);

  final ActorTestKit kit = ActorTestKit.create();
  final TestClock clock = new TestClock();
  final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
  final DataFolder data;
  final ActorRef<DispatcherCommand> dispatcher;
  final ActorRef<Jobs.Command> keeper;

  private JobKeeperFixture(Path folder, JobSettings settings, Duration later) {
    this(folder, settings, later, FarmObserver.NONE, clock -> Budgets.none());
  }

  private JobKeeperFixture(
      Path folder,
      JobSettings settings,
      Duration later,
      FarmObserver observer,
      Function<Clock, Budgets> budgets) {
    dispatcher = kit.spawn(Dispatcher.create(Integer.MAX_VALUE, observer));
    clock.advance(later);
    data = DataFolder.open(folder);
    Disk disk = path -> room.get();
    JobEnvironment around =
        new JobEnvironment(clock, disk, new Random(7), 256 << 20)
            .observedBy(observer)
            .with(budgets.apply(clock));
    ActorRef<RenderQueue.Command> queue =
        kit.spawn(RenderQueue.create(dispatcher, settings.atOnce()));
    keeper = kit.spawn(JobKeeper.create(data, settings, around, queue, dispatcher));
  }

  /** In a folder where the fake workers' model is known from earlier days. */
  static JobKeeperFixture open(Path folder) {
    return open(folder, settings(1));
  }

  static JobKeeperFixture open(Path folder, JobSettings settings) {
    return open(folder, settings, Duration.ZERO);
  }

  /**
   * @param later than at the start of the test
   */
  static JobKeeperFixture open(Path folder, JobSettings settings, Duration later) {
    remember(folder, FakeWorker.CARD);
    return new JobKeeperFixture(folder, settings, later);
  }

  /**
   * One that accounts for what it does.
   *
   * @param budgets by its clock
   */
  static JobKeeperFixture open(
      Path folder, FarmObserver observer, Function<Clock, Budgets> budgets) {
    remember(folder, FakeWorker.CARD);
    return new JobKeeperFixture(folder, settings(1), Duration.ZERO, observer, budgets);
  }

  /** Where nobody has ever worked. */
  static JobKeeperFixture empty(Path folder) {
    return new JobKeeperFixture(folder, settings(1), Duration.ZERO);
  }

  static void remember(Path folder, ModelCard... cards) {
    try (DataFolder data = DataFolder.open(folder)) {
      KnownModelsFile.write(data, List.of(cards));
    }
  }

  static JobSettings settings(int atOnce) {
    return settings(atOnce, Limits.DEFAULT, NotifySettings.NONE);
  }

  static JobSettings settings(int atOnce, Limits limits, NotifySettings notices) {
    return settings(atOnce, limits, Retention.FOREVER, notices);
  }

  private static JobSettings settings(
      int atOnce, Limits limits, Retention retention, NotifySettings notices) {
    return new JobSettings(
        atOnce,
        limits,
        retention,
        notices,
        new JobSettings.Pace(SOON, Duration.ofSeconds(30), SOON, SOON));
  }

  /** One that removes finished jobs by itself. */
  static JobSettings keeping(Retention retention) {
    return settings(1, Limits.DEFAULT, retention, NotifySettings.NONE);
  }

  ActorRef<TileWorkerProtocol.Command> addWorking(String name) {
    return join(kit.spawn(FakeWorker.diligent(name)));
  }

  ActorRef<TileWorkerProtocol.Command> add(String name, FakeWorker.Habits habits) {
    return join(kit.spawn(FakeWorker.create(name, habits, name.hashCode())));
  }

  private ActorRef<TileWorkerProtocol.Command> join(ActorRef<TileWorkerProtocol.Command> worker) {
    FakeWorker.join(dispatcher, worker);
    return worker;
  }

  static JobRequest request(RenderSpec spec) {
    return new JobRequest(spec, null, false, 0, null, null, null);
  }

  static JobRequest request(RenderSpec spec, int priority) {
    return new JobRequest(spec, null, false, priority, null, null, null);
  }

  Reply submit(JobRequest request, @Nullable String key) {
    TestProbe<Reply> replies = kit.createTestProbe();
    keeper.tell(new Jobs.Submit(request, OWNER, key, replies.getRef()));
    return replies.receiveMessage(PATIENCE);
  }

  /** A job that is accepted. */
  JobId accepted(JobRequest request) {
    return job(submit(request, null)).id();
  }

  /** A submission that is refused. */
  DemofusionException refused(JobRequest request) {
    return refusal(submit(request, null));
  }

  static JobView job(Reply reply) {
    assertThat(reply.refusal()).isNull();
    return Objects.requireNonNull(reply.job());
  }

  static DemofusionException refusal(Reply reply) {
    assertThat(reply.job()).isNull();
    return Objects.requireNonNull(reply.refusal());
  }

  Reply cancel(JobId job) {
    TestProbe<Reply> replies = kit.createTestProbe();
    keeper.tell(new Jobs.Cancel(job, replies.getRef()));
    return replies.receiveMessage(PATIENCE);
  }

  Reply retry(JobId job) {
    TestProbe<Reply> replies = kit.createTestProbe();
    keeper.tell(new Jobs.Retry(job, replies.getRef()));
    return replies.receiveMessage(PATIENCE);
  }

  Reply find(JobId job) {
    TestProbe<Reply> replies = kit.createTestProbe();
    keeper.tell(new Jobs.Find(job, replies.getRef()));
    return replies.receiveMessage(PATIENCE);
  }

  List<JobView> list() {
    TestProbe<JobList> replies = kit.createTestProbe();
    keeper.tell(new Jobs.ListAll(replies.getRef()));
    return replies.receiveMessage(PATIENCE).jobs();
  }

  Pruned prune(Retention retention, boolean dryRun) {
    TestProbe<Pruned> replies = kit.createTestProbe();
    keeper.tell(new Jobs.Prune(retention, dryRun, replies.getRef()));
    return replies.receiveMessage(PATIENCE);
  }

  TestProbe<JobEvent> watch(JobId job) {
    TestProbe<JobEvent> events = kit.createTestProbe();
    keeper.tell(new Jobs.Watch(job, events.getRef()));
    return events;
  }

  /** Waits until a job is in a state. */
  JobView await(JobId job, JobState state) {
    TestProbe<JobEvent> events = watch(job);
    JobView view =
        next(events, event -> event.job().state() == state || event.job().state().isOver()).job();
    keeper.tell(new Jobs.Unwatch(job, events.getRef()));
    assertThat(view.state()).as("state of %s", view).isEqualTo(state);
    return view;
  }

  static JobEvent next(TestProbe<JobEvent> events, Kind kind) {
    return next(events, event -> event.kind() == kind);
  }

  static JobEvent next(TestProbe<JobEvent> events, Predicate<JobEvent> wanted) {
    JobEvent event = events.receiveMessage(PATIENCE);
    while (!wanted.test(event)) {
      event = events.receiveMessage(PATIENCE);
    }
    return event;
  }

  /** Ends it as a coordinator that is asked to; what runs is checkpointed. */
  void stopCleanly() {
    TestProbe<Done> done = kit.createTestProbe();
    keeper.tell(new Jobs.Stop(done.getRef()));
    done.receiveMessage(PATIENCE);
  }

  Path folder(JobId job) {
    return data.job(job);
  }

  /** The last phase's latent, as the folder has it. */
  float[] latent(JobId job, RenderSpec spec) {
    int last = plan(spec).phases().size();
    return SafetensorsFile.open(folder(job).resolve("phase-" + last + ".safetensors"))
        .tensor("phase" + last + ".final")
        .values();
  }

  /** The same latent, rendered sequentially and without actors. */
  static float[] sequentially(RenderSpec spec) {
    SourcePicture source = spec.source();
    Render render =
        source == null
            ? Render.begin(plan(spec))
            : Render.begin(plan(spec), FakeWorker.encode(source.pixels()), new HeapStorage());
    List<PhaseResult> results = render.run(Renders::toyPrediction);
    return results.get(results.size() - 1).latent().samples();
  }

  private static RenderPlan plan(RenderSpec spec) {
    return Renders.plan(spec, Renders.SMALL);
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
    data.close();
  }
}
