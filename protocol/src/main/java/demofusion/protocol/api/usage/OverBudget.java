package demofusion.protocol.api.usage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.util.Locale;

/** What becomes of a job that its owner's budget has no room for. */
public enum OverBudget {
  /** It is not accepted. */
  REFUSE,
  /** It is accepted, and begins in the next period. */
  WAIT,
  /** It is accepted as any other, and the operator is told. */
  WARN;

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  @JsonCreator
  public static OverBudget parse(String text) {
    for (OverBudget policy : values()) {
      if (policy.toString().equals(text)) {
        return policy;
      }
    }
    throw DemofusionException.badRequest(
        "\"%s\" must be refuse, wait or warn".formatted(Excerpt.of(text, 80)));
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
