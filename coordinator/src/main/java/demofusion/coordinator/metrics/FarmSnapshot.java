package demofusion.coordinator.metrics;

import demofusion.coordinator.job.Jobs;
import demofusion.protocol.api.WorkerView;
import java.util.List;

/**
 * How the farm stands at one moment: what is asked for when somebody looks at the metrics.
 *
 * @param diskFreeBytes that may be written on the data folder's disk
 * @param diskSizeBytes of that disk
 */
public record FarmSnapshot(
    List<WorkerView> workers, Jobs.Counts jobs, long diskFreeBytes, long diskSizeBytes) {
  public FarmSnapshot {
    workers = List.copyOf(workers);
  }
}
