package demofusion.coordinator.render.timing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a run's time went, from its first view batch to the end of its last timestep.
 *
 * @param begun when the first view batches were handed out
 * @param ended when the last timestep was computed
 * @param waitSeconds view batches were with workers, or on their way
 * @param computeSeconds the coordinator fused, made a solver's step and opened the next timestep
 * @param checkpointSeconds a complete timestep waited for the checkpoint before it
 * @param betweenSeconds phases were made ready with the pictures of those before; null where none
 *     had to be
 */
public record StepTimes(
    Instant begun,
    Instant ended,
    double waitSeconds,
    double computeSeconds,
    double checkpointSeconds,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double betweenSeconds) {
  /** Without anything between phases. */
  public StepTimes(
      Instant begun,
      Instant ended,
      double waitSeconds,
      double computeSeconds,
      double checkpointSeconds) {
    this(begun, ended, waitSeconds, computeSeconds, checkpointSeconds, null);
  }
}
