package demofusion.deploy.client;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which coordinator, and how to get in.
 *
 * @param token null where the coordinator asks for none
 * @param authority a file with the certificates (PEM) that the coordinator's must be signed by;
 *     null: those that Java trusts
 * @param patience how long a coordinator that does not answer is waited for
 */
public record FarmAccess(
    CoordinatorAddress address,
    @Nullable BearerToken token,
    @Nullable Path authority,
    Duration patience) {
  /** Long enough for a coordinator to be started again, by a person too. */
  public static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Whether the token could be read by others on its way. */
  public boolean exposesToken() {
    return token != null && !address.isEncrypted() && !address.isLoopback();
  }
}
