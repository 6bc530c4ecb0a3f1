package demofusion.coordinator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as people and programs see it; also its JSON in the API, names as they are here.
 *
 * @param owner name of the token that submitted it; {@link #LOCAL} where no tokens are asked for
 * @param reason one sentence for PAUSED and FAILED
 * @param code of the failure, a {@link demofusion.protocol.FailureCode}
 * @param width of the picture, in pixels
 * @param steps timesteps per phase
 * @param progress while it runs, and as far as it came
 * @param previews numbers of the phases whose pictures are there
 * @param hasImage whether the picture is there
 * @param seconds that the picture took, as far as this coordinator's last run of it knows
 * @param deviceSeconds that workers spent on it
 * @param pictureSha256 hexadecimal, of the PNG's bytes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobView(
    String id,
    JobState state,
    @Nullable String reason,
    @Nullable String code,
    String owner,
    int priority,
    Instant submittedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    String prompt,
    int width,
    int height,
    int steps,
    long seed,
    String model,
    String modelHash,
    @Nullable JobProgress progress,
    List<Integer> previews,
    boolean hasImage,
    @Nullable Double seconds,
    @Nullable Double deviceSeconds,
    @Nullable String pictureSha256) {
  /** The owner where the API asks for no tokens. */
  public static final String LOCAL = "local";

  public JobView {
    previews = List.copyOf(previews);
  }
}
