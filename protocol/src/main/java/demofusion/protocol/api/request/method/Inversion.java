package demofusion.protocol.api.request.method;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/** How fast mode's phases come from a picture to a noisy latent (modes section 6). */
public enum Inversion {
  /** With noise that the model predicts for the picture. */
  DDIM,
  /** With noise of the random stream. */
  NOISE;

  /** Reads a name of the command line. */
  public static Inversion parse(String text) {
    for (Inversion each : values()) {
      if (each.toString().equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest("inversion \"" + text + "\" must be ddim or noise");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
