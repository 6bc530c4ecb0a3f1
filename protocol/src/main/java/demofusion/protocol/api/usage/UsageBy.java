package demofusion.protocol.api.usage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.util.Locale;

/** What usage is added up by. */
public enum UsageBy {
  /** Whose jobs: the token's name. */
  TOKEN,
  MODEL,
  /** In UTC. */
  DAY;

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  @JsonCreator
  public static UsageBy parse(String text) {
    for (UsageBy by : values()) {
      if (by.toString().equals(text)) {
        return by;
      }
    }
    throw DemofusionException.badRequest(
        "\"%s\" must be token, model or day".formatted(Excerpt.of(text, 80)));
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
