package demofusion.coordinator.diffusion.frequency;

import demofusion.protocol.latent.Latent;

/**
 * Frequency mixing (ScaleDiff; modes section 2): what a phase of detail mode begins with has the
 * high frequencies of the enlarged picture and the low ones of the enlarged latent, Z_ref = Z_RU +
 * L(Z_LU) − L(Z_RU).
 */
public final class FrequencyMixing {
  private FrequencyMixing() {}

  /**
   * picture ← Z_ref.
   *
   * @param picture Z_RU, (channels, height, width): the enlarged picture, encoded
   * @param latent Z_LU, the same shape: the enlarged latent; not changed
   */
  public static void mix(LowPass lowPass, float[] picture, float[] latent) {
    mix(lowPass, picture, lowPass.down(latent));
  }

  /**
   * The same.
   *
   * @param difference down(Z_LU), of the low-pass's small extent; overwritten
   */
  public static void mix(LowPass lowPass, float[] picture, Latent difference) {
    float[] ofPicture = lowPass.down(picture).samples();
    for (int n = 0; n < ofPicture.length; n++) {
      difference.samples()[n] -= ofPicture[n];
    }
    lowPass.addUp(difference, 1, picture);
  }
}
