package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.Latent;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;

/** The VAE between two phases: a model, local or remote. */
public interface PhasePictures {
  /** Decodes what a phase ended with, as its preview shows it. */
  PhasePicture picture(Phase phase, Latent latent);

  /** Encodes a window of an enlarged picture. */
  WorkResult.EncodedPicture encode(Work.EncodePicture work);
}
