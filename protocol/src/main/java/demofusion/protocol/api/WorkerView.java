package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A worker as people and programs see it; also its JSON in the API, names as they are here. */
@Schema(value = "A worker.", name = "Worker")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkerView(
    String name,
    State state,
    @Schema("One sentence, for aside and draining.") @Nullable String reason,
    String model,
    String modelHash,
    String precision,
    String device,
    @Schema("Of the model's pictures, in pixels.") int nativeSide,
    @Schema("Forwards at once.") int lanes,
    @Schema("Leases at once.") int credits,
    @Schema("Leases that it has.") int inHand,
    @Schema("Batches since it came.") long completed,
    @Schema("Batches since it came.") long failed,
    @Schema("Views on the device, by its recent batches; 0 if not known yet.")
        double tilesPerSecond,
    @Schema("When it came.") Instant since) {
  /** Whether it gets work. */
  public enum State {
    READY,
    /** It kept failing, and gets nothing until it is let back. */
    ASIDE,
    /** An operator wants it to get nothing; it has some in hand yet. */
    DRAINING,
    /** As DRAINING, and nothing is left in its hands: it can be stopped. */
    DRAINED;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
