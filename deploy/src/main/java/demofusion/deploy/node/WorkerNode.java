package demofusion.deploy.node;

import demofusion.protocol.Backoff;
import demofusion.protocol.DemofusionException;
import demofusion.worker.WorkerMetrics;
import demofusion.worker.model.DiffusionModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root of a worker: models, and around them an actor system, which outlives any
 * coordinator. The system is there first, and tells the coordinator that a model is being loaded.
 * Where it ends by itself, which is a fault, the models stay on their devices and the next system
 * joins under the same address.
 */
public final class WorkerNode {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerNode.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(60));

  private final WorkerSettings settings;
  private final Supplier<List<DiffusionModel>> load;
  private final CompletableFuture<List<ModelInUse>> models = new CompletableFuture<>();
  private final NodeMetrics node = new NodeMetrics(FarmSystem.WORKER);
  private final WorkerMetrics metrics = new WorkerMetrics(node.registry());
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable ActorSystem<WorkerGuardian.Command> system;

  /**
   * @param load loads the models, which stay their caller's
   */
  public WorkerNode(WorkerSettings settings, Supplier<List<DiffusionModel>> load) {
    this.settings = settings;
    this.load = load;
  }

  /**
   * Works until {@link #stop} is called.
   *
   * @throws DemofusionException BAD_REQUEST if it cannot even begin to listen, or what says why a
   *     model cannot be loaded
   */
  public void run() throws InterruptedException {
    settings
        .uplink()
        .heardHereOnly()
        .ifPresent(sentence -> LOG.warn("event=heard-here-only sentence=\"{}\"", sentence));
    Optional<MetricsServer> shown =
        MetricsServer.start(settings.metrics(), node.registry(), metrics::refresh);
    startLoading();
    try {
      liveAgainAndAgain();
    } finally {
      shown.ifPresent(MetricsServer::close);
    }
    if (models.isCompletedExceptionally()) {
      try {
        models.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
  }

  private void startLoading() {
    Thread loading =
        new Thread(
            () -> {
              try {
                models.complete(
                    load.get().stream().map(model -> new ModelInUse(model, 1)).toList());
              } catch (Throwable failure) { // the node ends with it
                models.completeExceptionally(failure);
                close();
              }
            },
            "model-loading");
    loading.setDaemon(true);
    loading.start();
  }

  private void liveAgainAndAgain() throws InterruptedException {
    Uplink uplink = settings.uplink();
    int failures = 0;
    boolean isFirst = true;
    while (stopping.getCount() > 0) {
      try {
        uplink = live(uplink);
        failures = 0;
      } catch (DemofusionException e) {
        if (isFirst) {
          throw e;
        }
        LOG.warn("event=no-system sentence=\"{}\"", e.userMessage());
        uplink = settings.uplink(); // the former port may be somebody else's by now
      }
      isFirst = false;
      if (stopping.await(BACKOFF.after(failures++).toMillis(), TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    awaitIdle();
  }

  private void awaitIdle() throws InterruptedException {
    if (models.isDone() && !models.isCompletedExceptionally()) {
      for (ModelInUse model : models.join()) {
        model.awaitIdle();
      }
    }
  }

  /** One life, from joining to the end of the system. */
  private Uplink live(Uplink uplink) throws InterruptedException {
    awaitIdle();
    ActorSystem<WorkerGuardian.Command> born =
        uplink.start(WorkerGuardian.create(settings, models, metrics, node.wire()), node.wire());
    Uplink next = uplink.again(born);
    LOG.info(
        "event=joining worker={} address={} coordinators={}",
        settings.name(),
        uplink.address(born),
        uplink.targets());
    publish(born);
    FarmSystem.awaitEnd(born, FarmSystem.TO_END);
    metrics.left();
    return next;
  }

  private synchronized void publish(ActorSystem<WorkerGuardian.Command> born) {
    system = born;
    if (stopping.getCount() == 0) {
      born.tell(new WorkerGuardian.Close());
    }
  }

  /** Begins to end it; may be called from any thread. */
  public void stop() {
    LOG.info("event=worker-stopping worker={}", settings.name());
    close();
  }

  private synchronized void close() {
    stopping.countDown();
    ActorSystem<WorkerGuardian.Command> alive = system;
    if (alive != null) {
      alive.tell(new WorkerGuardian.Close());
    }
  }
}
