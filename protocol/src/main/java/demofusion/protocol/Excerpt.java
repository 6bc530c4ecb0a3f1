package demofusion.protocol;

/** The beginning of a text that may be too long for a message. */
public final class Excerpt {
  private Excerpt() {}

  /** The text itself if it has at most so many characters; otherwise as many and an ellipsis. */
  public static String of(String text, int most) {
    return text.length() > most ? text.substring(0, most) + "…" : text;
  }

  /** The same of what a file or a stranger says: a question mark for each control character. */
  public static String printable(String text, int most) {
    return of(text, most).replaceAll("\\p{Cntrl}", "?");
  }
}
