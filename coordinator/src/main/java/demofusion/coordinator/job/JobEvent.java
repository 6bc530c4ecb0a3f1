package demofusion.coordinator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to a job.
 *
 * @param job as it is now
 * @param phase of a PREVIEW
 * @param sentence of a WARNING
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobEvent(Kind kind, JobView job, @Nullable Integer phase, @Nullable String sentence) {
  /** What happened; the name of the server-sent event. */
  public enum Kind {
    /** It is in another state; the first event of every watch is of this kind. */
    STATE,
    PROGRESS,
    PREVIEW,
    WARNING;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
