package demofusion.protocol.latent;

import demofusion.protocol.DemofusionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Width and height of a picture, in pixels. */
public record PixelExtent(int width, int height) {
  /** Of its text, in regular expressions of any language. */
  public static final String PATTERN = "-?\\d{1,9}[xX×]-?\\d{1,9}";

  private static final Pattern WIDTH_X_HEIGHT = Pattern.compile("(-?\\d{1,9})[xX×](-?\\d{1,9})");

  public PixelExtent {
    if (width < 1 || height < 1) {
      throw DemofusionException.badRequest(
          "size " + width + "x" + height + " must have a width and a height of at least 1 pixel");
    }
  }

  /** Reads {@code "WxH"}. */
  public static PixelExtent parse(String text) {
    Matcher matcher = WIDTH_X_HEIGHT.matcher(text.strip());
    if (!matcher.matches()) {
      throw DemofusionException.badRequest(
          "size \"" + text + "\" must be WIDTHxHEIGHT in pixels, for example 2048x1536");
    }
    return new PixelExtent(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  public long area() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
