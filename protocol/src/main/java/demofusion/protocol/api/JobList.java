package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.protocol.JobId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs, the newest first. */
@Schema("Jobs, newest first.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobList(
    List<JobView> jobs,
    @Schema("The value of before for the next page; missing on the last one.")
        @Nullable JobId next) {
  public JobList {
    jobs = List.copyOf(jobs);
  }

  /** All that there are. */
  public JobList(List<JobView> jobs) {
    this(jobs, null);
  }
}
