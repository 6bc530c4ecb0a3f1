package demofusion.deploy.terminal;

/**
 * Text from elsewhere (prompts, names, a server's words) as a terminal may have it: nothing in it
 * moves the cursor, changes colours or turns the direction of writing.
 */
public final class Printable {
  private static final char STAND_IN = '\uFFFD';

  private Printable() {}

  /** The text on one line, with a stand-in for every character that does more than be seen. */
  public static String line(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            character ->
                line.appendCodePoint(isHarmless(character) ? character : replacement(character)));
    return line.toString();
  }

  private static int replacement(int character) {
    return Character.isWhitespace(character) ? ' ' : STAND_IN;
  }

  /** Whether a terminal only shows it. */
  static boolean isHarmless(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      case Character.SURROGATE -> false; // half of a character
      case Character.FORMAT -> character == 0x200C || character == 0x200D; // joiners, in words
      default -> true;
    };
  }
}
