package demofusion.protocol.api.request.method;

import demofusion.protocol.Range;
import org.jspecify.annotations.Nullable;

/**
 * Detail mode (modes section 2).
 *
 * @param structureCutoff q, the share of the side that low frequencies are kept at; null: {@value
 *     #STANDARD_CUTOFF}
 * @param frequencyMixing whether low frequencies come from the latent before, high ones from its
 *     picture
 * @param structureGuidance whether every step is pulled to the reference's low frequencies
 */
public record DetailSettings(
    @Nullable Double structureCutoff, boolean frequencyMixing, boolean structureGuidance) {
  public static final double STANDARD_CUTOFF = 0.125;
  public static final Range CUTOFF = new Range("structure cutoff", 0.0, 1.0, true);

  public static final DetailSettings STANDARD = new DetailSettings(null, true, true);

  public DetailSettings {
    if (structureCutoff != null) {
      CUTOFF.require(structureCutoff);
    }
  }

  public double cutoffOrStandard() {
    return structureCutoff == null ? STANDARD_CUTOFF : structureCutoff;
  }
}
