package demofusion.deploy.node;

import demofusion.protocol.Backoff;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.worker.TileWorker;
import demofusion.worker.WorkerMetrics;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.proof.SelfCheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
  private final SelfCheck check;
  private final CompletableFuture<List<ModelInUse>> models = new CompletableFuture<>();
  private final NodeMetrics node = new NodeMetrics(FarmSystem.WORKER);
  private final WorkerMetrics metrics = new WorkerMetrics(node.registry());
  private final AtomicReference<@Nullable DemofusionException> failure = new AtomicReference<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable ActorSystem<WorkerGuardian.Command> system;

  /**
   * @param load loads the models, which stay their caller's
   * @param check what each of them is put to, where that is wanted
   */
  public WorkerNode(WorkerSettings settings, Supplier<List<DiffusionModel>> load, SelfCheck check) {
    this.settings = settings;
    this.load = load;
    this.check = check;
  }

  /**
   * Works until {@link #stop} is called.
   *
   * @throws DemofusionException BAD_REQUEST if it cannot even begin to listen, what says why a
   *     model cannot be loaded, DEVICE_ERROR if the device failed a check
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
    DemofusionException unsound = failure.get();
    if (unsound != null) {
      throw unsound;
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
                List<ModelInUse> loaded =
                    load.get().stream().map(model -> new ModelInUse(model, 1)).toList();
                if (settings.selftest()) {
                  loaded.forEach(this::requireSound);
                }
                models.complete(loaded);
              } catch (Throwable failure) { // the node ends with it
                models.completeExceptionally(failure);
                close();
              }
            },
            "model-loading");
    loading.setDaemon(true);
    loading.start();
  }

  private void requireSound(DiffusionModel model) {
    Optional<String> fault;
    try {
      fault = check.faultOrFailure(model);
    } catch (DemofusionException e) {
      if (e.code() != FailureCode.OUT_OF_MEMORY) {
        throw e;
      }
      LOG.warn(
          "event=selftest-not-done worker={} model={} sentence=\"{}\"",
          settings.name(),
          model.card().name(),
          "not done: out of memory");
      return;
    }
    if (fault.isPresent()) {
      throw unsound(fault.get(), "it does not join");
    }
    LOG.info("event=selftest-passed worker={} model={}", settings.name(), model.card().name());
  }

  private DemofusionException unsound(String fault, String consequence) {
    return new DemofusionException(
        FailureCode.DEVICE_ERROR,
        "the selftest of worker %s failed, so %s: %s; demofusion selftest on this machine shows more"
            .formatted(settings.name(), consequence, fault));
  }

  /** A device that was sound is not any more: what it drew last may be wrong. */
  private void proved(Optional<String> fault) {
    if (fault.isEmpty()) {
      LOG.info("event=selftest-passed worker={}", settings.name());
      return;
    }
    LOG.error("event=selftest-failed worker={} sentence=\"{}\"", settings.name(), fault.get());
    failure.compareAndSet(null, unsound(fault.get(), "it leaves"));
    close();
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
        uplink.start(
            WorkerGuardian.create(
                settings, models, metrics, node.wire(), new TileWorker.Prove(check, this::proved)),
            node.wire());
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
