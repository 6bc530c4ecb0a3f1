package demofusion.coordinator.http.auth;

import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** Who asks: a token's name and role. */
public record Caller(String name, Role role) {
  /** Everyone, where no tokens are asked for. */
  public static final Caller LOCAL = new Caller(JobView.LOCAL, Role.OPERATE);

  /**
   * The same, where it has the role.
   *
   * @throws ApiException 403 if not
   */
  public Caller having(Role needed) {
    if (!role.includes(needed)) {
      throw ApiException.with(
          StatusCodes.FORBIDDEN,
          "this requires a token with the role %s; %s's has %s".formatted(needed, name, role));
    }
    return this;
  }

  /** Whether a job is this one's business; other people's jobs are as if they were not there. */
  public boolean sees(JobView job) {
    return role == Role.OPERATE || job.owner().equals(name);
  }
}
