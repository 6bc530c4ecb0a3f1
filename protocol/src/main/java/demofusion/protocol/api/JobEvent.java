package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Something happened to a job. */
@Schema("An event of a job, with the job's current state.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobEvent(
    Kind kind,
    JobView job,
    @Schema(value = "Of a preview.", rules = "minimum: 1") @Nullable Integer phase,
    @Schema("Of a warning.") @Nullable String sentence) {
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
