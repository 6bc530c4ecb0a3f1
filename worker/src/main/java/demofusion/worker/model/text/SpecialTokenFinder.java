package demofusion.worker.model.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds special tokens in a text, the longest where several begin at one place. */
final class SpecialTokenFinder {
  private static final String WHITE_SPACE = "\\s+";
  private static final Pattern SPACES =
      Pattern.compile(WHITE_SPACE, Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<String, SpecialToken> tokens = new HashMap<>();
  private final UnaryOperator<String> spelling;
  private final Pattern any;

  /**
   * @param spelling of what is found, as the tokens' contents are looked up by it
   */
  private SpecialTokenFinder(Stream<SpecialToken> sought, UnaryOperator<String> spelling) {
    this.spelling = spelling;
    sought.forEach(token -> tokens.putIfAbsent(spelling.apply(token.content()), token));
    String alternatives =
        tokens.entrySet().stream()
            .sorted(Comparator.comparingInt(entry -> -entry.getKey().length()))
            .map(entry -> expression(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining("|"));
    any =
        Pattern.compile(
            alternatives.isEmpty() ? "(?!)" : alternatives, Pattern.UNICODE_CHARACTER_CLASS);
  }

  static SpecialTokenFinder inRawText(Collection<SpecialToken> tokens) {
    return new SpecialTokenFinder(
        tokens.stream().filter(Predicate.not(SpecialToken::normalized)), text -> text);
  }

  /** Their contents are normalised as the text is: neither capitals nor the width of gaps count. */
  static SpecialTokenFinder inNormalizedText(
      Collection<SpecialToken> tokens, UnaryOperator<String> normalize) {
    return new SpecialTokenFinder(
        tokens.stream().filter(SpecialToken::normalized),
        text -> SPACES.matcher(normalize.apply(text)).replaceAll(" "));
  }

  private static String expression(String content, SpecialToken token) {
    String sought =
        token.normalized()
            ? Stream.of(content.split(" ", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(WHITE_SPACE))
            : Pattern.quote(content);
    return token.wholeWord() ? "(?<!\\w)" + sought + "(?!\\w)" : sought;
  }

  /** Hands over the ids of those that are found, and what lies between them, in order. */
  void split(String text, IntConsumer found, Consumer<String> between) {
    int from = 0;
    for (Matcher special = any.matcher(text); special.find(); from = special.end()) {
      between.accept(text.substring(from, special.start()));
      SpecialToken token = tokens.get(spelling.apply(special.group()));
      if (token != null) {
        found.accept(token.id());
      }
    }
    between.accept(text.substring(from));
  }
}
