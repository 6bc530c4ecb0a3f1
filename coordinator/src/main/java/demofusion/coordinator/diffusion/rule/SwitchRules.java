package demofusion.coordinator.diffusion.rule;

import demofusion.coordinator.diffusion.frequency.LowPass;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.latent.LatentExtent;

/**
 * What newer methods cannot do with a model and a size (modes section 8); what needs neither is
 * refused where a request is accepted.
 */
public final class SwitchRules {
  private static final int LEAST_WAVELET_SIDE = 8;

  private SwitchRules() {}

  /**
   * Refuses low frequencies that are less than one sample.
   *
   * @param cutoff q
   * @param extent of the phase that keeps fewest
   */
  public static void requireStructure(double cutoff, LatentExtent extent) {
    if (LowPass.smallSide(extent.shorter(), cutoff) < 1) {
      throw DemofusionException.badRequest(
          ("structure cutoff %s keeps less than one of the %s latent pixels on the shorter side of a"
                  + " phase; it must be at least %s")
              .formatted(cutoff, extent.shorter(), LeastShare.ofOne(extent.shorter())));
    }
  }

  /**
   * Refuses a wavelet on tiles that are too small for it.
   *
   * @param window extent of local views
   */
  public static void requireSplit(SplitSettings split, LatentExtent window) {
    boolean isWavelet = split.high() != null && split.split() == GuidanceSplit.WAVELET;
    if (isWavelet && window.shorter() < LEAST_WAVELET_SIDE) {
      throw DemofusionException.badRequest(
          ("guidance split wavelet needs tiles of at least %s latent pixels on a side, and here they"
                  + " have %s: use fa")
              .formatted(LEAST_WAVELET_SIDE, window.shorter()));
    }
  }

  /** Refuses views that exchange samples where there is one of them at most. */
  public static void requireViews(boolean interaction, int mostDilatedViews) {
    if (interaction && mostDilatedViews < 2) {
      throw DemofusionException.badRequest(
          "window interaction needs dilated views, and this request has none; leave it out, or"
              + " choose method demofusion with its dilated views and a larger size");
    }
  }
}
