package demofusion.protocol.api.request;

import demofusion.protocol.DemofusionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where SDXL is told that the picture was cropped, in pixels from its top left corner ({@code
 * --crop}).
 */
public record CropCorner(int top, int left) {
  public static final CropCorner NONE = new CropCorner(0, 0);

  static final String PATTERN = "\\d{1,6}[,x]\\d{1,6}";
  private static final Pattern TOP_LEFT = Pattern.compile("(\\d{1,6})[,x](\\d{1,6})");

  /** Reads {@code "TOP,LEFT"}. */
  public static CropCorner parse(String text) {
    Matcher matcher = TOP_LEFT.matcher(text);
    if (!matcher.matches()) {
      throw DemofusionException.badRequest(
          "crop \"" + text + "\" must be TOP,LEFT in pixels, for example 0,256");
    }
    return new CropCorner(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  @Override
  public String toString() {
    return top + "," + left;
  }
}
