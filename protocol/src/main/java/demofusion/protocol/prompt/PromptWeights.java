package demofusion.protocol.prompt;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a prompt's words (docs/prompts.md §2): {@code (more)} counts 1.1 times, {@code
 * [less]} is divided by as much, {@code (word:1.3)} says its own, and they multiply where they are
 * nested. Round and square brackets do not know of each other. A backslash makes a bracket a
 * letter; a bracket that was never opened is one.
 */
public final class PromptWeights {
  private static final double ROUND = 1.1;
  private static final double SQUARE = 1 / 1.1;

  /** Far above what still draws anything, far below what makes the towers' states infinite. */
  private static final int LARGEST = 1000;

  private static final int LONGEST_QUOTE = 20;

  /** Possessive throughout, so that no prompt makes it go back. */
  private static final Pattern SIGN =
      Pattern.compile(
          "\\\\[()\\[\\]\\\\]?+|[(\\[\\])]|:\\s*+([+-]?+[.\\d]++)\\s*+\\)|[^\\\\()\\[\\]:]++|:",
          Pattern.DOTALL);

  private static final Pattern BREAK =
      Pattern.compile("\\bBREAK\\b", Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern AND = Pattern.compile("\\bAND\\b", Pattern.UNICODE_CHARACTER_CLASS);

  private final List<@Nullable StringBuilder> pieces = new ArrayList<>(); // null: BREAK
  private double[] weights = new double[16]; // of pieces
  private final Deque<Integer> round = new ArrayDeque<>(); // the first piece in each open bracket
  private final Deque<Integer> square = new ArrayDeque<>();
  private boolean isNew = true; // whether the next letters begin a piece

  private PromptWeights() {}

  /**
   * Segments of which no two neighbours weigh the same; at least one.
   *
   * @throws DemofusionException BAD_REQUEST, naming it, if a weight is no number or too large, or
   *     the words that combine prompts are used
   */
  public static List<PromptSegment> parse(String prompt) {
    requireOnePrompt(prompt);
    PromptWeights weights = new PromptWeights();
    for (Matcher sign = SIGN.matcher(prompt); sign.find(); ) {
      weights.read(sign.group(), sign.group(1));
    }
    return weights.segments();
  }

  private static void requireOnePrompt(String prompt) {
    if (AND.matcher(prompt).find()) {
      throw DemofusionException.badRequest(
          "the word AND in a weighted prompt would combine several prompts, and composable prompts"
              + " are not supported: write \"and\", or choose the plain prompt syntax");
    }
  }

  private void read(String sign, @Nullable String weight) {
    if (sign.startsWith("\\")) {
      append(sign.substring(1));
    } else if (sign.equals("(")) {
      open(round);
    } else if (sign.equals("[")) {
      open(square);
    } else if (weight != null && !round.isEmpty()) {
      close(round, number(weight));
    } else if (sign.equals(")") && !round.isEmpty()) {
      close(round, ROUND);
    } else if (sign.equals("]") && !square.isEmpty()) {
      close(square, SQUARE);
    } else {
      appendWords(sign);
    }
  }

  private void open(Deque<Integer> brackets) {
    brackets.push(pieces.size());
    isNew = true;
  }

  private void close(Deque<Integer> brackets, double factor) {
    multiply(brackets.pop(), factor);
    isNew = true;
  }

  private void multiply(int from, double factor) {
    for (int n = from; n < pieces.size(); n++) {
      weights[n] *= factor;
    }
  }

  private void appendWords(String words) {
    int from = 0;
    for (Matcher found = BREAK.matcher(words); found.find(); from = found.end()) {
      append(words.substring(from, found.start()).stripTrailing());
      add(null);
      isNew = true;
    }
    String rest = words.substring(from);
    append(from > 0 ? rest.stripLeading() : rest);
  }

  private void append(String letters) {
    StringBuilder last = isNew ? null : pieces.get(pieces.size() - 1);
    if (last != null) {
      last.append(letters);
    } else {
      add(new StringBuilder(letters));
      isNew = false;
    }
  }

  private void add(@Nullable StringBuilder piece) {
    if (pieces.size() == weights.length) {
      weights = Arrays.copyOf(weights, 2 * weights.length);
    }
    weights[pieces.size()] = 1;
    pieces.add(piece);
  }

  private static double number(String written) {
    double weight;
    try {
      weight = Double.parseDouble(written);
    } catch (NumberFormatException e) {
      throw DemofusionException.badRequest(
          "the weight \"%s\" in the prompt is not a number such as 1.2"
              .formatted(Excerpt.of(written, LONGEST_QUOTE)));
    }
    if (Math.abs(weight) > LARGEST) {
      throw DemofusionException.badRequest(
          "the weight \"%s\" in the prompt must be between %s and %s: take one nearer to 1"
              .formatted(Excerpt.of(written, LONGEST_QUOTE), -LARGEST, LARGEST));
    }
    return weight;
  }

  private List<PromptSegment> segments() {
    round.descendingIterator().forEachRemaining(from -> multiply(from, ROUND));
    square.descendingIterator().forEachRemaining(from -> multiply(from, SQUARE));
    List<PromptSegment> segments = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    for (int n = 0; n < pieces.size(); n++) {
      StringBuilder piece = pieces.get(n);
      if (piece == null) {
        segments.add(PromptSegment.BREAK);
        continue;
      }
      joined.append(piece);
      if (n + 1 == pieces.size() || pieces.get(n + 1) == null || weights[n + 1] != weights[n]) {
        segments.add(PromptSegment.of(joined.toString(), bounded(weights[n])));
        joined.setLength(0);
      }
    }
    return segments.isEmpty() ? List.of(PromptSegment.of("", 1)) : List.copyOf(segments);
  }

  /** Each factor is bounded; here so is what nested ones multiply to, infinity and NaN too. */
  private static double bounded(double weight) {
    if (!(Math.abs(weight) <= LARGEST)) {
      throw DemofusionException.badRequest(
          ("the weights of nested brackets in the prompt multiply to %s, which must be between %s"
                  + " and %s: take some brackets away")
              .formatted(weight, -LARGEST, LARGEST));
    }
    return weight;
  }
}
