package demofusion.coordinator.results;

import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.Pruned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Where readers find the files of jobs, of which an object store may have the only copy. */
public interface ResultFiles {
  /** Where there is no object store. */
  ResultFiles HERE = new HereAlone();

  /**
   * A file of a job, under its name in the job's folder; what only the store has is fetched first,
   * once for all who ask. May wait for a disk before it returns, and never for the store.
   *
   * @return where it is if it is anywhere; fails with a {@link DemofusionException}: UNAVAILABLE if
   *     the store does not answer now, STORAGE if what was stored cannot be had back, DISK_FULL
   */
  CompletionStage<Path> find(JobId job, Path folder, String name);

  /**
   * Removes the copies here of what the store has, but none that was used a short while ago.
   *
   * @param age since they were stored, or used
   * @param dryRun only says which
   * @return the jobs whose copies were removed, and their bytes; fails with BAD_REQUEST if there is
   *     no store
   */
  CompletionStage<Pruned> pruneCopies(Duration age, boolean dryRun);

  /**
   * @param changed is told, on any thread, of jobs whose folders have become larger or smaller
   */
  void watchedBy(Consumer<JobId> changed);

  /** All is here, or was stored by a coordinator that knew an object store. */
  final class HereAlone implements ResultFiles {
    private HereAlone() {}

    @Override
    public CompletionStage<Path> find(JobId job, Path folder, String name) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        return CompletableFuture.completedFuture(file);
      }
      return StoredResults.read(folder)
          .filter(marker -> marker.find(name).isPresent())
          .<CompletionStage<Path>>map(
              marker ->
                  CompletableFuture.failedFuture(
                      new DemofusionException(
                          FailureCode.STORAGE,
                          "%s of job %s is in %s alone, and this coordinator knows no object store: start it with --results"
                              .formatted(name, job, marker.location()))))
          .orElseGet(() -> CompletableFuture.completedFuture(file));
    }

    @Override
    public CompletionStage<Pruned> pruneCopies(Duration age, boolean dryRun) {
      return CompletableFuture.failedFuture(
          DemofusionException.badRequest(
              "this coordinator has the only copies of its images: local copies can be removed"
                  + " where there are others, in an object store (coordinator --results)"));
    }

    @Override
    public void watchedBy(Consumer<JobId> changed) {
      // Nothing changes here.
    }
  }
}
