package demofusion.coordinator.diffusion.scheduler.step;

/** How noise is added to a clean latent z: signal·z + noise·ε (diffusers' {@code add_noise}). */
public record NoiseMix(float signal, float noise) {}
