package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.Latent;

/**
 * What a phase ended with: decoded for its preview, and what the next phase begins with.
 *
 * @param latent float32, not yet divided by the VAE's scaling factor; nobody writes into it any
 *     more
 * @param last whether this is the picture
 */
public record PhaseResult(Phase phase, Latent latent, boolean last) {}
