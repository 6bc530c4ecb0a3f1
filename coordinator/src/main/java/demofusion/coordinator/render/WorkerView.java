package demofusion.coordinator.render;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A worker as people and programs see it; also its JSON in the API, names as they are here.
 *
 * @param reason one sentence for ASIDE and DRAINING
 * @param nativeSide of the model's pictures, in pixels
 * @param lanes forwards at once
 * @param credits leases at once
 * @param inHand leases that it has
 * @param completed batches since it came
 * @param failed batches since it came
 * @param tilesPerSecond views on the device, by its recent batches; 0 if not known yet
 * @param since it came
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkerView(
    String name,
    State state,
    @Nullable String reason,
    String model,
    String modelHash,
    String precision,
    String device,
    int nativeSide,
    int lanes,
    int credits,
    int inHand,
    long completed,
    long failed,
    double tilesPerSecond,
    Instant since) {
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
