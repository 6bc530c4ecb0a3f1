package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a picture is extended on each side, in pixels, and how far what is drawn reaches back
 * into it (conditioning section 5.1).
 */
public record Outpaint(int top, int bottom, int left, int right, int overlap) {
  public static final Range SIDE = new Range("outpaint", 0, 16384);
  public static final Range OVERLAP = new Range("outpaint overlap", 0, 1024);
  public static final int STANDARD_OVERLAP = 16;
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,5}),(\\d{1,5}),(\\d{1,5}),(\\d{1,5})");

  public Outpaint {
    SIDE.require(top);
    SIDE.require(bottom);
    SIDE.require(left);
    SIDE.require(right);
    OVERLAP.require(overlap);
    if (top + bottom + left + right == 0) {
      throw DemofusionException.badRequest("outpaint 0,0,0,0 extends nothing; leave it out");
    }
  }

  /** Reads {@code TOP,BOTTOM,LEFT,RIGHT}. */
  @JsonCreator
  public static Outpaint parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw DemofusionException.badRequest(
          "outpaint \"" + text + "\" must be TOP,BOTTOM,LEFT,RIGHT in pixels, such as 0,0,256,256");
    }
    return new Outpaint(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)),
        Integer.parseInt(matcher.group(4)),
        STANDARD_OVERLAP);
  }

  public Outpaint withOverlap(int pixels) {
    return new Outpaint(top, bottom, left, right, pixels);
  }

  /** Without the overlap, which is a field of its own. */
  @JsonValue
  @Override
  public String toString() {
    return top + "," + bottom + "," + left + "," + right;
  }
}
