package demofusion.coordinator.notify;

import demofusion.protocol.DemofusionException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator allows and wants.
 *
 * @param hosts where webhooks may be
 * @param secret that webhooks are signed with; null: there are none
 * @param command run when a job is over, with the job's id and folder behind its own arguments;
 *     empty: none
 * @param timeout of one attempt of either
 */
public record NotifySettings(
    AllowedHosts hosts, @Nullable String secret, List<String> command, Duration timeout) {
  /** Nobody is told. */
  public static final NotifySettings NONE =
      new NotifySettings(AllowedHosts.NONE, null, List.of(), Duration.ofSeconds(30));

  private static final int SHORTEST_SECRET = 16;

  public NotifySettings {
    command = List.copyOf(command);
    if (secret != null && secret.length() < SHORTEST_SECRET) {
      throw DemofusionException.badRequest(
          "the secret that signs webhooks has %s characters; it must have at least %s"
              .formatted(secret.length(), SHORTEST_SECRET));
    }
    if (!hosts.isEmpty() && secret == null) {
      throw DemofusionException.badRequest(
          "webhooks are allowed but there is no secret to sign them; give a secret, or allow no"
              + " hosts");
    }
  }

  @Override
  public String toString() {
    return "NotifySettings[" + hosts + ", command " + command + "]"; // and never the secret
  }
}
