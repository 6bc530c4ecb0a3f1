package demofusion.deploy.terminal;

import java.lang.Character.UnicodeScript;

/** How many columns of a terminal a text takes: none for marks, two for East Asian characters. */
public final class TextWidth {
  private static final char MORE = '…';

  private TextWidth() {}

  public static int of(String text) {
    return text.codePoints().map(TextWidth::of).sum();
  }

  /**
   * The text, or as much of it as fits.
   *
   * @param columns at most so many
   */
  public static String cut(String text, int columns) {
    if (of(text) <= columns) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int left = columns - 1;
    for (int character : text.codePoints().toArray()) {
      left -= of(character);
      if (left < 0) {
        break;
      }
      cut.appendCodePoint(character);
    }
    return columns < 1 ? "" : cut.append(MORE).toString();
  }

  /** The text with as many spaces behind it as are missing. */
  public static String padded(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - of(text)));
  }

  private static int of(int character) {
    int type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    return isWide(character) ? 2 : 1;
  }

  private static boolean isWide(int character) {
    if (character < 0x1100) {
      return false;
    }
    boolean isPictograph = isIn(character, 0x1F300, 0x1FAFF);
    boolean isFullWidth = isIn(character, 0x3000, 0x303E) || isIn(character, 0xFF01, 0xFF60);
    boolean isEastAsian =
        switch (UnicodeScript.of(character)) {
          case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, YI -> !isIn(character, 0xFF61, 0xFFDC);
          default -> false;
        };
    return isPictograph || isFullWidth || isEastAsian;
  }

  private static boolean isIn(int character, int first, int last) {
    return character >= first && character <= last;
  }
}
