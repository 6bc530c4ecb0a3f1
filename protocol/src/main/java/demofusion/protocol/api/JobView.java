package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.protocol.JobId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as people and programs see it; also its JSON in the API, names as they are here.
 *
 * @param code of the failure, a {@link demofusion.protocol.FailureCode}
 * @param seconds that the picture took, as far as this coordinator's last run of it knows
 */
@Schema(value = "A job.", name = "Job")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobView(
    JobId id,
    JobState state,
    @Schema("One sentence, for paused and failed, and for queued where a budget holds it.")
        @Nullable String reason,
    @Schema("Of the failure; OVER_BUDGET where a budget holds it.") @Nullable String code,
    @Schema("Name of the token that submitted it; local if no tokens are used.") String owner,
    int priority,
    Instant submittedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    String prompt,
    @Schema(value = "In pixels.", rules = "minimum: 1") int width,
    @Schema(value = "In pixels.", rules = "minimum: 1") int height,
    @Schema(value = "Timesteps per phase.", rules = "minimum: 1") int steps,
    @Schema(rules = "minimum: 0, maximum: 9223372036854775807") long seed,
    String model,
    String modelHash,
    @Schema("Progress while it runs, or where it stopped.") @Nullable JobProgress progress,
    @Schema(
            value = "Phases whose previews are available.",
            rules = "items: {type: 'integer', minimum: 1}")
        List<Integer> previews,
    @Schema("Whether the image is available.") boolean hasImage,
    @Nullable Double seconds,
    @Schema("Seconds that devices have worked on it.") @Nullable Double deviceSeconds,
    @Schema(value = "SHA-256 of the image file.", rules = "pattern: '^[0-9a-f]{64}$'")
        @Nullable String pictureSha256,
    @Schema("What its user should know of the image, in sentences; absent where there is nothing.")
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<String> warnings) {
  /** The owner where the API asks for no tokens. */
  public static final String LOCAL = "local";

  public JobView {
    previews = List.copyOf(previews);
    warnings = warnings == null ? List.of() : List.copyOf(warnings); // older coordinators say none
  }
}
