package demofusion.coordinator.http.auth;

import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;

/** Who asks: a token's name and role. */
public record Caller(String name, Role role) {
  /** Everyone, where no tokens are asked for. */
  public static final Caller LOCAL = new Caller(JobView.LOCAL, Role.OPERATE);

  /** Whether a job is this one's business; other people's jobs are as if they were not there. */
  public boolean sees(JobView job) {
    return role == Role.OPERATE || job.owner().equals(name);
  }
}
