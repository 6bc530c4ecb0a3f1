package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.mask.KeptLatent;
import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.region.RegionDeviation;
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
 * @param regions how strong noise was added to the enlarged latent, while the residual needs it
 * @param structure what detail mode holds on to
 * @param kept what inpainting keeps; null: everything is drawn
 */
record PhaseBeginning(
    TorchGenerator.State noise,
    long checksum,
    @Nullable Latent picture,
    SkipResidual residual,
    @Nullable RegionDeviation regions,
    PhaseStructure structure,
    @Nullable KeptLatent kept) {

  static PhaseBeginning inNoise(TorchGenerator.State noise) {
    return new PhaseBeginning(
        noise, 0, null, SkipResidual.none(), null, PhaseStructure.none(), null);
  }

  PhaseBeginning with(KeptLatent other) {
    return new PhaseBeginning(noise, checksum, picture, residual, regions, structure, other);
  }

  /** Without everything of a latent's size: the phase is over. */
  PhaseBeginning over() {
    return new PhaseBeginning(
        noise, checksum, null, SkipResidual.none(), null, PhaseStructure.none(), null);
  }

  static long checksum(Latent latent) {
    CRC32C checksum = new CRC32C();
    Bands.bytes(latent.samples(), checksum::update);
    return checksum.getValue();
  }
}
