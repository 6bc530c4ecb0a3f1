package demofusion.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Draws the values of one case of a law, and remembers them. */
public final class Draw {
  /** Every character of the basic plane that Unicode has given, or may yet give, a meaning. */
  public static final String UNICODE =
      charactersTo(0xfffd, c -> (c < 0xd800 || c > 0xf8ff) && (c < 0xfdd0 || c > 0xfdef));

  public static final String ASCII = charactersTo(0x7f, c -> true);

  /** Ranges up to this one are drawn from evenly. */
  private static final int NARROW = 100;

  private enum Kind {
    LOWEST,
    HIGHEST,
    NEAR_BOUNDS,
    ANY
  }

  private final Kind kind;
  private final SplittableRandom random;
  private final List<String> drawn = new ArrayList<>();

  private Draw(Kind kind, SplittableRandom random) {
    this.kind = kind;
    this.random = random;
  }

  static Draw ofCase(int number, SplittableRandom random) {
    Kind kind =
        switch (number) {
          case 0 -> Kind.LOWEST;
          case 1 -> Kind.HIGHEST;
          default -> random.nextInt(6) == 0 ? Kind.NEAR_BOUNDS : Kind.ANY;
        };
    return new Draw(kind, random);
  }

  /** A whole number, both bounds included; small ones are more frequent in wide ranges. */
  public int between(int lowest, int highest) {
    return remember(lowest + upTo(highest - lowest));
  }

  /** A number, both bounds included. */
  public double between(double lowest, double highest) {
    return remember(lowest + share() * (highest - lowest));
  }

  /** Either. */
  public boolean either() {
    return of(false, true);
  }

  /** One of these. */
  @SafeVarargs
  public final <T> T of(T... values) {
    int last = values.length - 1;
    return remember(
        values[
            switch (kind) {
              case LOWEST -> 0;
              case HIGHEST -> last;
              case NEAR_BOUNDS, ANY -> random.nextInt(last + 1);
            }]);
  }

  /** A text of the alphabet's characters, which are drawn evenly; the longest are rare. */
  public String text(String alphabet, int maxLength) {
    boolean isShort = kind == Kind.ANY && maxLength > 10 && random.nextInt(10) > 0;
    StringBuilder text = new StringBuilder();
    for (int rest = upTo(isShort ? maxLength / 2 : maxLength); rest > 0; rest--) {
      text.append(character(alphabet));
    }
    return remember(text.toString());
  }

  /** Up to so many texts in a row. */
  public String joined(int most, Supplier<String> part) {
    return Stream.generate(part).limit(between(0, most)).collect(Collectors.joining());
  }

  /** What was drawn, in order. */
  @Override
  public String toString() {
    return String.join(", ", drawn);
  }

  private int upTo(int range) {
    return switch (kind) {
      case LOWEST -> 0;
      case HIGHEST -> range;
      case NEAR_BOUNDS ->
          switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> Math.min(1, range);
            case 2 -> Math.min(2, range);
            case 3 -> Math.max(0, range - 1);
            default -> range;
          };
      case ANY -> {
        boolean isEven = range <= NARROW || random.nextInt(4) == 0;
        int most = isEven ? range : (int) Math.pow(range, random.nextDouble());
        yield random.nextInt(most + 1);
      }
    };
  }

  private double share() {
    return switch (kind) {
      case LOWEST -> 0;
      case HIGHEST -> 1;
      case NEAR_BOUNDS -> new double[] {0, 0.01, 0.99, 1}[random.nextInt(4)];
      case ANY -> random.nextDouble();
    };
  }

  private char character(String alphabet) {
    return switch (kind) {
      case LOWEST -> alphabet.charAt(0);
      case HIGHEST -> alphabet.charAt(alphabet.length() - 1);
      case NEAR_BOUNDS ->
          switch (random.nextInt(3)) {
            case 0 -> alphabet.charAt(0);
            case 1 -> alphabet.charAt(alphabet.length() - 1);
            default -> ' ';
          };
      case ANY -> alphabet.charAt(random.nextInt(alphabet.length()));
    };
  }

  private <T> T remember(T value) {
    drawn.add(value instanceof String text ? quoted(text) : String.valueOf(value));
    return value;
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .chars()
        .mapToObj(c -> c < ' ' || c > '~' ? String.format("\\u%04x", c) : Character.toString(c))
        .collect(Collectors.joining("", "\"", "\""));
  }

  private static String charactersTo(int last, IntPredicate isOne) {
    return IntStream.rangeClosed(0, last)
        .filter(isOne)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }
}
