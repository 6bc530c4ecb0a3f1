package demofusion.protocol.api.request.method;

import demofusion.protocol.DemofusionException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Numbers with commas between them, as options and JSON have them. */
public final class NumberList {
  private static final int MOST = 64;

  private NumberList() {}

  public static List<Double> parse(String what, String text) {
    List<Double> numbers = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      try {
        numbers.add(Double.parseDouble(part.strip()));
      } catch (NumberFormatException e) {
        throw DemofusionException.badRequest(
            what + " \"" + text + "\" must be numbers with commas between them");
      }
    }
    if (numbers.size() > MOST) {
      throw DemofusionException.badRequest(
          what + " has " + numbers.size() + " values; it must have at most " + MOST);
    }
    return numbers;
  }

  static List<Integer> parseWhole(String what, String text) {
    List<Integer> whole = new ArrayList<>();
    for (double number : parse(what, text)) {
      if (number != Math.rint(number) || Math.abs(number) > 1_000_000) {
        throw DemofusionException.badRequest(
            what + " \"" + text + "\" must be whole numbers with commas between them");
      }
      whole.add((int) number);
    }
    return whole;
  }

  /** Whole numbers without a fraction, as people write them. */
  public static String text(List<? extends Number> numbers) {
    return numbers.stream()
        .map(
            number ->
                number.doubleValue() == Math.rint(number.doubleValue())
                    ? Long.toString(number.longValue())
                    : number.toString())
        .collect(Collectors.joining(","));
  }
}
