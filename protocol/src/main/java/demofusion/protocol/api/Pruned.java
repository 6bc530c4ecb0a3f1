package demofusion.protocol.api;

import demofusion.protocol.JobId;
import java.util.List;

/** What was removed, or would be. */
@Schema("What was removed.")
public record Pruned(
    List<JobId> jobs, @Schema(value = "Bytes freed.", rules = "minimum: 0") long bytes) {
  public Pruned {
    jobs = List.copyOf(jobs);
  }
}
