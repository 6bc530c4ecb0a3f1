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
    @Schema("One sentence, for all states but ready.") @Nullable String reason,
    String model,
    String modelHash,
    String precision,
    String device,
    @Schema("The model's native image side, in pixels.") int nativeSide,
    @Schema("Forwards at once.") int lanes,
    @Schema("Leases at once.") int credits,
    @Schema("Leases that it holds.") int inHand,
    @Schema("View batches since it joined.") long completed,
    @Schema("View batches since it joined.") long failed,
    @Schema("Views per second on the device, by recent batches; 0 if not known yet.")
        double tilesPerSecond,
    @Schema("Answers that an audit compared with another worker's, bit for bit.")
        @Nullable Long audited,
    @Schema("Answers among them that were wrong.") @Nullable Long lies,
    @Schema("When it joined.") Instant since) {
  /** Whether it gets work. */
  public enum State {
    READY,
    /** It kept failing, and gets nothing until it is let back. */
    ASIDE,
    /** An operator wants it to get nothing; it has some in hand yet. */
    DRAINING,
    /** As DRAINING, and nothing is left in its hands: it can be stopped. */
    DRAINED,
    /** Somebody wants its device back; it has some in hand yet. */
    PAUSING,
    /** As PAUSING, and nothing is left in its hands: its model leaves the device. */
    PAUSED;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
