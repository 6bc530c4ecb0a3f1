package demofusion.coordinator.dispatch.audit;

import demofusion.protocol.JobId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whose answers are in which open job's picture, should somebody turn out to be wrong. */
public final class Contributions {
  private final Map<JobId, Map<String, Long>> jobs = new LinkedHashMap<>();

  public void delivered(JobId job, String worker) {
    jobs.computeIfAbsent(job, any -> new HashMap<>()).merge(worker, 1L, Long::sum);
  }

  /** How many of the worker's answers each open job has. */
  public Map<JobId, Long> of(String worker) {
    Map<JobId, Long> counts = new LinkedHashMap<>();
    jobs.forEach(
        (job, workers) -> {
          Long count = workers.get(worker);
          if (count != null) {
            counts.put(job, count);
          }
        });
    return counts;
  }

  public void closed(JobId job) {
    jobs.remove(job);
  }
}
