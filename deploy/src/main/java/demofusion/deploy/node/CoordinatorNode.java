package demofusion.deploy.node;

import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.library.ModelLibrary;
import demofusion.coordinator.metrics.CoordinatorMetrics;
import demofusion.coordinator.results.ResultFiles;
import demofusion.coordinator.results.Results;
import demofusion.coordinator.store.DataFolder;
import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.node.socket.ListenQueue;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root of a coordinator: dispatcher, queue, jobs and HTTP, and no model. It is its
 * cluster's only node, so it waits for nobody.
 */
public final class CoordinatorNode {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorNode.class);

  private final ActorSystem<CoordinatorGuardian.Command> system;
  private final DataFolder data;
  private final Optional<Results> results;
  private Optional<MetricsServer> metrics = Optional.empty();
  private Optional<ActorRef<Jobs.Command>> jobs = Optional.empty();
  private volatile boolean isStopping;

  private CoordinatorNode(
      ActorSystem<CoordinatorGuardian.Command> system, DataFolder data, Optional<Results> results) {
    this.system = system;
    this.data = data;
    this.results = results;
  }

  /**
   * Starts all of it; the API can be asked when this returns.
   *
   * @throws DemofusionException BAD_REQUEST if another coordinator has the folder, or it cannot
   *     listen
   */
  public static CoordinatorNode start(CoordinatorSettings settings) {
    return start(settings, ModelLibrary.empty());
  }

  /**
   * The same, where requests may also name files of folders.
   *
   * @param beside files of this machine, which its store has too
   */
  public static CoordinatorNode start(CoordinatorSettings settings, ModelLibrary beside) {
    settings
        .endpoint()
        .heardHereOnly()
        .ifPresent(sentence -> LOG.warn("event=heard-here-only sentence=\"{}\"", sentence));
    DataFolder data = DataFolder.open(settings.data());
    NodeMetrics metrics = new NodeMetrics(FarmSystem.COORDINATOR);
    CoordinatorMetrics farm = new CoordinatorMetrics(metrics.registry(), Clock.systemUTC());
    Optional<Results> results = Optional.empty();
    try {
      results =
          settings
              .results()
              .map(to -> Results.start(to, data, InstantSource.system(), farm.results()));
      return start(settings, data, results, beside, metrics, farm);
    } catch (RuntimeException e) {
      results.ifPresent(Results::close);
      data.close();
      throw e;
    }
  }

  private static CoordinatorNode start(
      CoordinatorSettings settings,
      DataFolder data,
      Optional<Results> results,
      ModelLibrary beside,
      NodeMetrics metrics,
      CoordinatorMetrics farm) {
    CompletableFuture<CoordinatorGuardian.Running> listening = new CompletableFuture<>();
    ActorSystem<CoordinatorGuardian.Command> system =
        FarmSystem.start(
            CoordinatorGuardian.create(
                settings,
                data,
                results.map(Results::files).orElse(ResultFiles.HERE),
                beside,
                farm,
                listening),
            FarmSystem.COORDINATOR,
            settings.endpoint(),
            settings.security().remoting(),
            metrics.wire());
    ListenQueue.lengthen(); // a whole farm may come at once
    system
        .getWhenTerminated()
        .thenRun(() -> listening.completeExceptionally(new IllegalStateException("it has ended")));
    CoordinatorNode node = new CoordinatorNode(system, data, results);
    try {
      CoordinatorGuardian.Running running = listening.join();
      FarmSnapshotCollector census =
          new FarmSnapshotCollector(
              system, running.dispatcher(), running.jobs(), settings.data(), farm);
      node.jobs = Optional.of(running.jobs());
      node.metrics = MetricsServer.start(settings.metrics(), metrics.registry(), census);
      LOG.info(
          "event=coordinator-ready address={} http={} data={}",
          node.address(),
          running.http().url(),
          settings.data());
      return node;
    } catch (CompletionException | DemofusionException e) {
      system.terminate();
      FarmSystem.awaitEnd(system, FarmSystem.TO_END);
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof DemofusionException known) {
          throw known;
        }
      }
      throw e;
    }
  }

  /** Where workers find it. */
  public NodeAddress address() {
    return FarmSystem.address(system);
  }

  /** A worker loads its model at this moment: who asks for pictures waits for it. */
  public void expectModel() {
    jobs.ifPresent(keeper -> keeper.tell(new Jobs.ExpectModel()));
  }

  /** Begins to end it; may be called from any thread. */
  public void stop() {
    LOG.info("event=coordinator-stopping");
    isStopping = true;
    system.tell(new CoordinatorGuardian.Close());
  }

  /**
   * Until it has ended.
   *
   * @throws DemofusionException INTERNAL if nobody told it to
   */
  public void awaitEnd() {
    FarmSystem.awaitEnd(system, FarmSystem.TO_END);
    metrics.ifPresent(MetricsServer::close);
    results.ifPresent(Results::close);
    data.close();
    if (!isStopping) {
      throw new DemofusionException(
          FailureCode.INTERNAL,
          "the coordinator stopped unexpectedly; see its log, and start it again to resume");
    }
    LOG.info("event=coordinator-stopped");
  }
}
