package demofusion.deploy.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file of a job's that can be downloaded.
 *
 * @param name for people
 * @param accept its media type
 * @param sha256 what its bytes must have, hexadecimal; null where the farm does not say
 * @param route behind the job's own
 */
public record JobFile(String name, String accept, @Nullable String sha256, String... route) {
  /** The picture. */
  public static JobFile picture(@Nullable String sha256) {
    return new JobFile("image", "image/png", sha256, "image");
  }

  /** A phase's final latent. */
  public static JobFile latents(int phase) {
    return new JobFile(
        "latent", "application/octet-stream", null, "latents", Integer.toString(phase));
  }

  /** A phase's picture. */
  public static JobFile preview(int phase) {
    return new JobFile("preview", "image/png", null, "previews", Integer.toString(phase));
  }

  /** Where its time went. */
  public static JobFile timeline() {
    return new JobFile("timeline", "application/json", null, "timeline");
  }

  String[] route(String... job) {
    return Stream.concat(Arrays.stream(job), Arrays.stream(route)).toArray(String[]::new);
  }

  boolean isSha256(String came) {
    return sha256 == null || sha256.toLowerCase(Locale.ROOT).equals(came);
  }
}
