package demofusion.protocol.prompt;

import java.util.Locale;

/** Whether a prompt has a word, without the tokens that decide it in the end. */
public final class PromptWords {
  private PromptWords() {}

  /**
   * Whether the word stands there for itself, in any letter case: not as a part of a longer one.
   * Digits and signs are tokens of their own, so they may touch it.
   */
  public static boolean occurs(String word, String prompt) {
    String sought = word.toLowerCase(Locale.ROOT);
    String text = prompt.toLowerCase(Locale.ROOT);
    if (sought.isEmpty()) {
      return false;
    }
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
