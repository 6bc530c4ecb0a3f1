package demofusion.protocol.api.request.method;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/** What parts high frequencies from low ones in split guidance (modes section 4). */
public enum GuidanceSplit {
  /** What survives the size of the phase before (FreCaS). */
  FA,
  /** One level of a sym4 wavelet (HiWave). */
  WAVELET;

  /** Reads a name of the command line. */
  public static GuidanceSplit parse(String text) {
    for (GuidanceSplit each : values()) {
      if (each.toString().equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest("guidance split \"" + text + "\" must be fa or wavelet");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
