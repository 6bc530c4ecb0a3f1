package demofusion.protocol.api.request.region;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.method.NumberList;
import java.util.List;

/**
 * A rectangle in shares of the picture: {@code 0,0,0.5,1} is its left half.
 *
 * @param left of the width, from 0
 * @param top of the height, from 0
 * @param right of the width, to 1
 * @param bottom of the height, to 1
 */
public record RegionRectangle(double left, double top, double right, double bottom) {
  /** Of its text, in regular expressions of any language. */
  public static final String PATTERN = "[0-9.eE+-]+(,[0-9.eE+-]+){3}";

  public RegionRectangle {
    if (!(0 <= left && left < right && right <= 1) || !(0 <= top && top < bottom && bottom <= 1)) {
      throw DemofusionException.badRequest(
          "the region %s must be X0,Y0,X1,Y1 in shares of the image with 0 <= X0 < X1 <= 1 and"
                  .formatted(NumberList.text(List.of(left, top, right, bottom)))
              + " 0 <= Y0 < Y1 <= 1");
    }
  }

  /** Reads {@code "0,0,0.5,1"}. */
  @JsonCreator
  public static RegionRectangle parse(String text) {
    List<Double> sides = NumberList.parse("region", text);
    if (sides.size() != 4) {
      throw DemofusionException.badRequest(
          "the region \"%s\" must be four numbers, X0,Y0,X1,Y1 in shares of the image, such as"
                  .formatted(text)
              + " 0,0,0.5,1");
    }
    return new RegionRectangle(sides.get(0), sides.get(1), sides.get(2), sides.get(3));
  }

  @JsonValue
  @Override
  public String toString() {
    return NumberList.text(List.of(left, top, right, bottom));
  }
}
