package demofusion.protocol;

/** The beginning of a text that may be too long for a message. */
public final class Excerpt {
  private Excerpt() {}

  /** The text itself if it has at most so many characters; otherwise as many and an ellipsis. */
  public static String of(String text, int most) {
    return text.length() > most ? text.substring(0, most) + "…" : text;
  }
}
