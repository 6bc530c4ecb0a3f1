package demofusion.coordinator.http.files;

import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.StoredFile;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which checkpoint of the store a worker without a model is to load: the one that most jobs wait
 * for and no worker has, else the one that was stored first.
 */
final class WantedCheckpoint {
  private static final String KIND = "checkpoint";

  private WantedCheckpoint() {}

  /**
   * @param present the names of the models that workers have
   */
  static Optional<StoredFile> of(List<StoredFile> files, List<JobView> jobs, Set<String> present) {
    List<StoredFile> checkpoints =
        files.stream()
            .filter(file -> file.kind().equals(KIND))
            .sorted(Comparator.comparing(StoredFile::addedAt).thenComparing(StoredFile::name))
            .toList();
    var waiting =
        jobs.stream()
            .filter(job -> !job.state().isOver() && job.state() != JobState.RUNNING)
            .filter(job -> !present.contains(job.model()))
            .collect(Collectors.groupingBy(JobView::model, Collectors.counting()));
    return checkpoints.stream()
        .filter(file -> waiting.containsKey(file.name()))
        .max(Comparator.comparing(file -> waiting.getOrDefault(file.name(), 0L)))
        .or(() -> checkpoints.stream().findFirst());
  }
}
