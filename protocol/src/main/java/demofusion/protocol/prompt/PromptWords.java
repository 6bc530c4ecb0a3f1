package demofusion.protocol.prompt;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which words prompts have, without the tokens that decide it in the end. */
public final class PromptWords {
  private static final Pattern WHITE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  /** In a weighted prompt such a bracket is a letter. */
  private static final Pattern LETTER_BRACKET = Pattern.compile("\\\\(?=[()\\[\\]])");

  private final List<String> texts;

  public PromptWords(List<String> prompts) {
    texts =
        prompts.stream()
            .map(prompt -> comparable(LETTER_BRACKET.matcher(prompt).replaceAll("")))
            .toList();
  }

  /** What tokens do not tell apart is made the same. */
  private static String comparable(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return WHITE.matcher(composed).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether the word stands in one of the prompts for itself, in any letter case: not as a part of
   * a longer one. Digits and signs are tokens of their own, so they may touch it.
   */
  public boolean have(String word) {
    String sought = comparable(word);
    return !sought.isEmpty() && texts.stream().anyMatch(text -> occurs(sought, text));
  }

  private static boolean occurs(String sought, String text) {
    for (int at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
      int end = at + sought.length();
      boolean begins = at == 0 || !areLetters(text.codePointBefore(at), text.codePointAt(at));
      boolean ends =
          end == text.length() || !areLetters(text.codePointBefore(end), text.codePointAt(end));
      if (begins && ends) {
        return true;
      }
    }
    return false;
  }

  private static boolean areLetters(int left, int right) {
    return Character.isLetter(left) && Character.isLetter(right);
  }
}
