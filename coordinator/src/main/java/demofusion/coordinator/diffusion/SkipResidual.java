package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.storage.Bands;
import demofusion.coordinator.diffusion.storage.Slab;
import demofusion.coordinator.diffusion.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Skip residual (paper, section 3.2; spec section 2): pulls the latent back to the noised result of
 * the phase before. Both parts of that are needed once per timestep only, so they lie in a {@link
 * Storage} and come by in bands.
 */
final class SkipResidual {
  private static final String UPSCALED = "upscaled";
  private static final String NOISE = "noise";

  private final @Nullable Slab upscaled; // z: what the phase begins with; null without a residual
  private final @Nullable Slab noise; // ε: the phase's one noise

  private SkipResidual(@Nullable Slab upscaled, @Nullable Slab noise) {
    this.upscaled = upscaled;
    this.noise = noise;
  }

  /** A phase's residual, to be filled; none where the phase or the request has none. */
  static SkipResidual of(RenderPlan plan, Phase phase, Storage storage) {
    if (phase.start() != Phase.Start.UPSCALED || !plan.settings().hasResidual()) {
      return none();
    }
    int length = plan.geometry().latentChannels() * phase.extent().area();
    return new SkipResidual(storage.slab(UPSCALED, length), storage.slab(NOISE, length));
  }

  static SkipResidual none() {
    return new SkipResidual(null, null);
  }

  boolean isNone() {
    return upscaled == null;
  }

  /** Lays ε aside. */
  void keepNoise(float[] values) {
    if (noise != null) {
      Slab slab = noise;
      Bands.forEach(values.length, () -> (from, count) -> slab.write(from, values, from, count));
    }
  }

  /** Lays a band of z aside. */
  void keepUpscaled(int from, float[] band, int count) {
    if (upscaled != null) {
      upscaled.write(from, band, 0, count);
    }
  }

  /**
   * result ← (1 − c1)·x + c1·(signal·z + noise·ε).
   *
   * @param latent x, not changed
   * @param weight c1
   * @param result same length as the latent, another array
   */
  void apply(float[] latent, double weight, NoiseMix mix, float[] result) {
    Slab z = upscaled;
    Slab epsilon = noise;
    if (z == null || epsilon == null) {
      throw new IllegalStateException("this render has no skip residual");
    }
    float keep = (float) (1 - weight);
    float signal = (float) (weight * mix.signal());
    float noisy = (float) (weight * mix.noise());
    Bands.forEach(
        latent.length,
        () -> {
          float[] xs = new float[Bands.LENGTH];
          float[] zs = new float[Bands.LENGTH];
          float[] es = new float[Bands.LENGTH];
          return (from, count) -> {
            System.arraycopy(latent, from, xs, 0, count);
            z.read(from, zs, 0, count);
            epsilon.read(from, es, 0, count);
            pull(keep, xs, signal, zs, noisy, es);
            System.arraycopy(xs, 0, result, from, count);
          };
        });
  }

  private static void pull(
      float keep, float[] xs, float signal, float[] zs, float noisy, float[] es) {
    for (int n = 0; n < xs.length; n++) {
      xs[n] = keep * xs[n] + (signal * zs[n] + noisy * es[n]);
    }
  }
}
