package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is made of a control picture here, before it is resized (conditioning section 2.3): its
 * edges ({@code canny}, with two thresholds) or its negative ({@code invert}).
 *
 * @param isCanny whether edges are made; else the negative
 * @param low threshold of edges, of 8-bit gradients; 0 for the negative
 */
public record ControlMake(boolean isCanny, int low, int high) {
  public static final ControlMake INVERT = new ControlMake(false, 0, 0);
  public static final int STANDARD_LOW = 100;
  public static final int STANDARD_HIGH = 200;
  private static final Range THRESHOLD = new Range("canny's threshold", 1, 2000);
  private static final Pattern TEXT = Pattern.compile("invert|canny(?::(\\d{1,6}),(\\d{1,6}))?");

  public ControlMake {
    if (isCanny) {
      THRESHOLD.require(low);
      THRESHOLD.require(high);
      if (low > high) {
        throw DemofusionException.badRequest(
            "canny's low threshold %s must not be above its high one, %s".formatted(low, high));
      }
    }
  }

  /** Reads {@code canny}, {@code canny:50,150} or {@code invert}. */
  @JsonCreator
  public static ControlMake parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw DemofusionException.badRequest(
          "control make \"" + text + "\" must be canny, canny:LOW,HIGH or invert");
    }
    if (text.equals("invert")) {
      return INVERT;
    }
    return matcher.group(1) == null
        ? new ControlMake(true, STANDARD_LOW, STANDARD_HIGH)
        : new ControlMake(
            true, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  @JsonValue
  @Override
  public String toString() {
    return isCanny ? "canny:" + low + "," + high : "invert";
  }
}
