package demofusion.deploy.node;

import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.metrics.CoordinatorMetrics;
import demofusion.coordinator.metrics.FarmSnapshot;
import demofusion.protocol.api.WorkerList;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/**
 * Asks dispatcher and jobs how they stand, for who looks at the metrics. Waits for the answers, so
 * it is not for actors' threads.
 */
final class FarmSnapshotCollector implements Runnable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final ActorSystem<?> system;
  private final ActorRef<DispatcherCommand> dispatcher;
  private final ActorRef<Jobs.Command> jobs;
  private final Path data;
  private final CoordinatorMetrics metrics;

  FarmSnapshotCollector(
      ActorSystem<?> system,
      ActorRef<DispatcherCommand> dispatcher,
      ActorRef<Jobs.Command> jobs,
      Path data,
      CoordinatorMetrics metrics) {
    this.system = system;
    this.dispatcher = dispatcher;
    this.jobs = jobs;
    this.data = data;
    this.metrics = metrics;
  }

  @Override
  public void run() {
    try {
      CompletionStage<WorkerList> workers =
          AskPattern.ask(
              dispatcher, DispatcherCommand.ListWorkers::new, PATIENCE, system.scheduler());
      CompletionStage<Jobs.Counts> counts =
          AskPattern.ask(jobs, Jobs.CountAll::new, PATIENCE, system.scheduler());
      WorkerList listing = workers.toCompletableFuture().join();
      Jobs.Counts jobCounts = counts.toCompletableFuture().join();
      FileStore disk = Files.getFileStore(data);
      metrics.refresh(
          new FarmSnapshot(
              listing.workers(), jobCounts, disk.getUsableSpace(), disk.getTotalSpace()));
    } catch (CompletionException | IllegalStateException | IOException e) {
      metrics.refreshUnknown(); // it is busy, or ending: what is not known is not shown
    }
  }
}
