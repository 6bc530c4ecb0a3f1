package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.dispatch.KnownWorkers;
import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.dispatch.audit.Audits;
import demofusion.coordinator.dispatch.audit.DistrustedWorkers;
import demofusion.coordinator.dispatch.ledger.LedgerRules;
import demofusion.coordinator.dispatch.ledger.OtherRules;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A coordinator in a system of its own, with whatever workers a test puts beside it. */
final class Farm implements AutoCloseable {
  static final JobId JOB = new JobId("lighthouse");

  /** Small enough that the tests' pictures are decoded in tiles. */
  static final PictureTiling TILING = new PictureTiling(8, 8, 2, 200, 8);

  private static final long HEAP = 1L << 30;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final ActorTestKit kit = ActorTestKit.create();
  final TestProbe<RenderEvent> listener = kit.createTestProbe();
  private final LedgerRules rules;
  private final AuditShare audits;
  private final int atOnce;
  private final FarmObserver observer;
  private final Map<String, String> distrusted = new LinkedHashMap<>();
  private final List<ActorRef<TileWorkerProtocol.Command>> workers = new ArrayList<>();
  ActorRef<DispatcherCommand> dispatcher;
  ActorRef<RenderQueue.Command> queue;

  Farm() {
    this(LedgerRules.startingAt(1), 1);
  }

  Farm(LedgerRules rules, int atOnce) {
    this(rules, AuditShare.NONE, atOnce, FarmObserver.NONE);
  }

  /** A farm whose batches are observed. */
  Farm(FarmObserver observer) {
    this(LedgerRules.startingAt(1), AuditShare.NONE, 1, observer);
  }

  /** A farm that audits its workers. */
  Farm(AuditShare audits) {
    this(LedgerRules.startingAt(1), audits, 1, FarmObserver.NONE);
  }

  private Farm(LedgerRules rules, AuditShare audits, int atOnce, FarmObserver observer) {
    this.observer = observer;
    this.rules = rules;
    this.audits = audits;
    this.atOnce = atOnce;
    this.dispatcher = kit.spawn(dispatcher(rules));
    this.queue = kit.spawn(RenderQueue.create(dispatcher, atOnce, geometry -> TILING, HEAP));
  }

  private Behavior<DispatcherCommand> dispatcher(LedgerRules rules) {
    DistrustedWorkers known =
        new DistrustedWorkers(
            Map.copyOf(distrusted),
            all -> {
              distrusted.clear();
              distrusted.putAll(all);
            });
    return Dispatcher.create(
        rules, KnownWorkers.of(new Audits(audits, known)), Integer.MAX_VALUE, observer);
  }

  /** kill -9 of the coordinator, and another one in its place; jobs are to be taken up again. */
  void restart() {
    kit.stop(queue);
    kit.stop(dispatcher);
    LedgerRules next = OtherRules.startingLater(rules, 1_000_000);
    dispatcher = kit.spawn(dispatcher(next));
    queue = kit.spawn(RenderQueue.create(dispatcher, atOnce, geometry -> TILING, HEAP));
    workers.forEach(worker -> FakeWorker.join(dispatcher, worker));
  }

  /** Jobs' messages to the dispatcher are heard on their way. */
  void listenIn(Consumer<DispatcherCommand> ear) {
    ActorRef<DispatcherCommand> past =
        kit.spawn(
            Behaviors.receiveMessage(
                message -> {
                  ear.accept(message);
                  dispatcher.tell(message);
                  return Behaviors.same();
                }));
    queue = kit.spawn(RenderQueue.create(past, atOnce, geometry -> TILING, HEAP));
  }

  ActorRef<TileWorkerProtocol.Command> add(String name, FakeWorker.Habits habits) {
    return add(FakeWorker.create(name, habits, name.hashCode()));
  }

  /** Whoever comes stays through restarts of the coordinator. */
  ActorRef<TileWorkerProtocol.Command> add(Behavior<TileWorkerProtocol.Command> behavior) {
    ActorRef<TileWorkerProtocol.Command> worker = kit.spawn(behavior);
    workers.add(worker);
    FakeWorker.join(dispatcher, worker);
    return worker;
  }

  ActorRef<TileWorkerProtocol.Command> addWorking(String name) {
    return add(FakeWorker.diligent(name));
  }

  void submit(Path folder, RenderSpec spec) {
    submit(JOB, folder, new RenderRequest(spec, model(), true, 0));
  }

  void submit(JobId job, Path folder, RenderRequest request) {
    queue.tell(new RenderQueue.Submit(job, folder, request, listener.getRef()));
  }

  void resume(Path folder) {
    resume(JOB, folder);
  }

  void resume(JobId job, Path folder) {
    queue.tell(new RenderQueue.Resume(job, folder, listener.getRef()));
  }

  static ModelId model() {
    return ModelId.of(FakeWorker.CARD);
  }

  /** The events up to the last one of a job. */
  List<RenderEvent> untilTheEnd() {
    List<RenderEvent> events = new ArrayList<>();
    do {
      events.add(listener.receiveMessage(PATIENCE));
    } while (!isLast(events.get(events.size() - 1)));
    return events;
  }

  /** The first event of that kind; the ones before are dropped. */
  <E extends RenderEvent> E next(Class<E> kind) {
    RenderEvent event = listener.receiveMessage(PATIENCE);
    while (!kind.isInstance(event)) {
      if (isLast(event)) {
        throw new AssertionError("no " + kind.getSimpleName() + " before " + event);
      }
      event = listener.receiveMessage(PATIENCE);
    }
    return kind.cast(event);
  }

  private static boolean isLast(RenderEvent event) {
    return event instanceof RenderEvent.Finished || event instanceof RenderEvent.Failed;
  }

  /** The last phase's latent, as the folder has it. */
  static float[] latent(Path folder, RenderSpec spec) {
    int last = plan(spec).phases().size();
    return SafetensorsFile.open(folder.resolve("phase-" + last + ".safetensors"))
        .tensor("phase" + last + ".final")
        .values();
  }

  /** The same latent, rendered sequentially and without actors. */
  static float[] sequentially(RenderSpec spec) {
    RenderPlan plan = plan(spec);
    Render render =
        spec.source() == null
            ? Render.begin(plan)
            : Render.begin(plan, FakeWorker.encode(spec.source().pixels()), new HeapStorage());
    List<PhaseResult> results = render.run(Renders::toyPrediction, new ToyPictures());
    Latent last = results.get(results.size() - 1).latent();
    return last.samples();
  }

  static RenderPlan plan(RenderSpec spec) {
    return Renders.plan(spec, Renders.SMALL);
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
