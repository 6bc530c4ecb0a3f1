package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.storage.Bands;
import demofusion.protocol.latent.Latent;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a phase began with. Its skip residual follows from that and from the final latent of the
 * phase before, so that no checkpoint needs to hold it.
 *
 * @param noise where torch's stream stood before the phase's one noise
 * @param checksum of the latent that was enlarged; 0 where the phase began with noise
 * @param picture the latent that was enlarged, where it is no phase's but an encoded picture's
 */
record PhaseBeginning(
    TorchGenerator.State noise, long checksum, @Nullable Latent picture, SkipResidual residual) {

  static PhaseBeginning inNoise(TorchGenerator.State noise) {
    return new PhaseBeginning(noise, 0, null, SkipResidual.none());
  }

  /**
   * @param enlarged the latent that the phase enlarges
   * @param isPicture whether that is an encoded picture's, which no storage has
   */
  static PhaseBeginning upscaled(
      TorchGenerator.State noise, Latent enlarged, boolean isPicture, SkipResidual residual) {
    return new PhaseBeginning(noise, checksum(enlarged), isPicture ? enlarged : null, residual);
  }

  /** Without everything of a latent's size: the phase is over. */
  PhaseBeginning over() {
    return new PhaseBeginning(noise, checksum, null, SkipResidual.none());
  }

  static long checksum(Latent latent) {
    CRC32C checksum = new CRC32C();
    Bands.bytes(latent.samples(), checksum::update);
    return checksum.getValue();
  }
}
