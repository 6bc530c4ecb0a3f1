package demofusion.deploy.node;

import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.budget.Accounts;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.http.server.HttpServer;
import demofusion.coordinator.http.server.HttpSettings;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.coordinator.library.store.StoreLimits;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.RenderRequest;
import demofusion.coordinator.usage.UsageLedger;
import demofusion.deploy.SequentialWay;
import demofusion.protocol.JobId;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.wire.WireMetrics;
import demofusion.worker.CoordinatorRefs;
import demofusion.worker.TileWorker;
import demofusion.worker.WorkerInstruments;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator with its API and workers that dialled it, each on an actor system of its own.
 *
 * <pre>
 *   queue ── dispatcher ── HttpServer ═══ WebSocket ═══ DialledCoordinator ── TileWorker
 *   └─────── "coordinator" ───────┘                      └─────── "worker" ───────┘
 * </pre>
 */
final class DialledFarm implements AutoCloseable {
  static final String SECRET = "a-secret-of-the-role-work";
  static final SyntheticSettings MODEL = SyntheticSettings.of(new ModelGeometry(8, 4, 8));
  static final Duration PATIENCE = Duration.ofSeconds(90);
  static final int LARGEST = 4 << 20;

  private final Path folder;
  private final @Nullable SSLContext tls;
  private final ActorTestKit workers = ActorTestKit.create("worker");
  private ActorTestKit coordinator;
  private ActorRef<DispatcherCommand> dispatcher;
  private HttpServer http;
  private int jobs;

  DialledFarm(Path folder, @Nullable SSLContext tls) throws IOException {
    this.folder = folder;
    this.tls = tls;
    Files.writeString(
        folder.resolve("tokens"),
        TokenLine.of("gpus", Role.WORK, SECRET)
            + "\n"
            + TokenLine.of("olga", Role.OPERATE, "a-secret-of-an-operator")
            + "\n");
    startCoordinator(0);
  }

  /** At that port; 0: any. */
  private void startCoordinator(int port) {
    coordinator = ActorTestKit.create("coordinator");
    dispatcher =
        coordinator.spawn(
            Dispatcher.create(LARGEST, demofusion.coordinator.dispatch.DispatchObserver.NONE));
    http = serve(port);
  }

  private HttpServer serve(int port) {
    HttpLimits usual = HttpLimits.standard(tls != null);
    HttpLimits limits =
        new HttpLimits(
            usual.pictureBytes(),
            usual.connections(),
            Duration.ofSeconds(3),
            usual.answer(),
            usual.arrival(),
            Duration.ofSeconds(1),
            LARGEST);
    return HttpServer.start(
            coordinator.system(),
            new HttpSettings("127.0.0.1", port, folder.resolve("tokens"), tls, limits),
            coordinator.<Jobs.Command>createTestProbe().getRef(),
            dispatcher,
            List.of(),
            ModelStore.open(
                folder.resolve("library"),
                StoreLimits.STANDARD,
                Runnable::run,
                InstantSource.system()),
            AuditLog.open(folder.resolve("audit.jsonl"), InstantSource.system()),
            Accounts.without(
                UsageLedger.open(
                    folder.resolve("usage"), InstantSource.system(), Runnable::run, Runnable::run)))
        .toCompletableFuture()
        .join();
  }

  /** Ends the coordinator, dispatcher and all, and starts another at its port. */
  void restartCoordinator() {
    int port = port();
    http.stop(Duration.ofSeconds(1)).toCompletableFuture().join();
    coordinator.shutdownTestKit();
    startCoordinator(port);
  }

  /** Ends the API alone, and starts it again. */
  void restartApi() {
    int port = port();
    http.stop(Duration.ofSeconds(1)).toCompletableFuture().join();
    http = serve(port);
  }

  int port() {
    return http.address().getPort();
  }

  String url() {
    return http.url();
  }

  ActorTestKit coordinator() {
    return coordinator;
  }

  ActorRef<DispatcherCommand> dispatcher() {
    return dispatcher;
  }

  ActorRef<DispatcherProtocol.Command> dial(String name, String url, String secret) {
    return dial(name, url, secret, Optional.empty());
  }

  /** A worker's end alone, under a parent as in a node. */
  ActorRef<DispatcherProtocol.Command> dial(
      String name, String url, String secret, Optional<SSLContext> trust) {
    TestProbe<ActorRef<DispatcherProtocol.Command>> spawned = workers.createTestProbe();
    workers.spawn(
        Behaviors.setup(
            context -> {
              DialOut target = new DialOut(URI.create(url), () -> secret, trust);
              spawned
                  .getRef()
                  .tell(
                      DialledCoordinator.spawn(
                          context,
                          name,
                          target,
                          LARGEST,
                          new WireMetrics(new CollectorRegistry())));
              return Behaviors.empty();
            }));
    return spawned.receiveMessage();
  }

  ActorRef<TileWorkerProtocol.Command> work(
      String name, SyntheticModel model, ActorRef<DispatcherProtocol.Command> coordinator) {
    return workers.spawn(
        TileWorker.create(
            name,
            model,
            CoordinatorRefs.remote(() -> List.of(coordinator)),
            LARGEST,
            WorkerInstruments.unheard()));
  }

  /** A worker that dials the API directly. */
  ActorRef<TileWorkerProtocol.Command> worker(String name, SyntheticModel model) {
    return work(name, model, dial(name, url(), SECRET));
  }

  List<WorkerView> listed() {
    return AskPattern.<DispatcherCommand, demofusion.protocol.api.WorkerList>ask(
            dispatcher,
            DispatcherCommand.ListWorkers::new,
            Duration.ofSeconds(5),
            coordinator.scheduler())
        .toCompletableFuture()
        .join()
        .workers();
  }

  void awaitWorkers(int count) {
    await(() -> listed().size() == count);
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited " + PATIENCE + " in vain");
      }
      pause(Duration.ofMillis(50));
    }
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A picture that is being drawn. */
  final class Drawing {
    private final Path job;
    private final TestProbe<RenderEvent> listener = coordinator.createTestProbe();

    private Drawing(RenderSpec spec) {
      String id = "job-" + ++jobs;
      job = folder.resolve(id);
      ActorRef<RenderQueue.Command> queue = coordinator.spawn(RenderQueue.create(dispatcher, 1));
      ModelCard card = new SyntheticModel(MODEL).card();
      queue.tell(
          new RenderQueue.Submit(
              new JobId(id),
              job,
              new RenderRequest(spec, ModelId.of(card), true, 0),
              listener.getRef()));
    }

    /** Its last latent, when it is done. */
    float[] latent() {
      RenderEvent event = listener.receiveMessage(PATIENCE);
      while (!(event instanceof RenderEvent.Finished || event instanceof RenderEvent.Failed)) {
        event = listener.receiveMessage(PATIENCE);
      }
      if (event instanceof RenderEvent.Failed failed) {
        throw new AssertionError(failed.sentence());
      }
      return SafetensorsFile.open(job.resolve("phase-3.safetensors"))
          .tensor("phase3.final")
          .values();
    }
  }

  Drawing draw(RenderSpec spec) {
    return new Drawing(spec);
  }

  static RenderSpec spec() {
    return RenderSpec.of("a lighthouse", 7).toBuilder()
        .prompts(new Prompts("a lighthouse", null, "blurry", null))
        .size(new PixelExtent(192, 136))
        .steps(4)
        .unit(ViewBatchSize.ofViews(4))
        .build();
  }

  /** What the sequential way makes of it. */
  static float[] sequentially(RenderSpec spec) {
    return SequentialWay.latent(spec, new SyntheticModel(MODEL));
  }

  @Override
  public void close() {
    http.stop(Duration.ofSeconds(1)).toCompletableFuture().join();
    workers.shutdownTestKit();
    coordinator.shutdownTestKit();
  }
}
