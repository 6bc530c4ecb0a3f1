package demofusion.protocol.api.request.method;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import java.util.List;

/**
 * Noise where the phase before has edges ({@code --region-noise 0,1.2}; modes section 5).
 *
 * @param least standard deviation where there are fewest edges
 * @param most standard deviation where there are most
 */
public record RegionNoise(double least, double most) {
  public static final Range DEVIATION = new Range("region noise", 0.0, 4.0);

  public RegionNoise {
    DEVIATION.require(least);
    DEVIATION.require(most);
    if (least > most) {
      throw DemofusionException.badRequest(
          "region noise " + least + "," + most + " must have its smaller value first");
    }
  }

  /** Reads {@code "0,1.2"}. */
  public static RegionNoise parse(String text) {
    List<Double> numbers = NumberList.parse("region noise", text);
    if (numbers.size() != 2) {
      throw DemofusionException.badRequest(
          "region noise \"" + text + "\" must be two numbers, the least and the most: 0,1.2");
    }
    return new RegionNoise(numbers.get(0), numbers.get(1));
  }

  @Override
  public String toString() {
    return NumberList.text(List.of(least, most));
  }
}
