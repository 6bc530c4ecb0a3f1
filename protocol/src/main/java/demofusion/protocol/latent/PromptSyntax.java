package demofusion.protocol.latent;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/** How the words of a prompt are read. */
public enum PromptSyntax {
  /** Every sign is a sign to draw; what the text towers do not read at once is cut off. */
  PLAIN,
  /**
   * A1111's: weights, schedules, chunks of 75 tokens without limit (coordinator/docs/prompts.md).
   */
  WEIGHTED;

  /** Reads a name of the command line. */
  public static PromptSyntax parse(String text) {
    for (PromptSyntax syntax : values()) {
      if (syntax.toString().equals(text)) {
        return syntax;
      }
    }
    throw DemofusionException.badRequest(
        "prompt syntax \"" + text + "\" must be plain or weighted");
  }

  /** As requests and options write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
