package demofusion.coordinator.diffusion.mask;

import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.storage.Bands;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.storage.Slab;
import demofusion.coordinator.diffusion.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * What a phase of inpainting goes on with (conditioning section 5.3): m, the latent y_k of what is
 * kept, the phase's noise ε, and for a UNet of nine channels what it sees beside the latent. Where
 * m is 0, x is the noised original after every step: x ← (1 − m)·(signal·y + noise·ε) + m·x.
 */
public final class KeptLatent {
  private static final String ORIGINAL = "original";
  private static final String NOISE = "original.noise";

  private final MaskedSamples mask;
  private final Slab original; // y_k
  private final Slab noise; // ε
  private final @Nullable SeenBeside beside;

  /**
   * @param length samples of the latent, all channels
   * @param beside null: the UNet sees the latent alone
   */
  public KeptLatent(MaskedSamples mask, int length, Storage storage, @Nullable SeenBeside beside) {
    this.mask = mask;
    this.original = storage.slab(ORIGINAL, length);
    this.noise = storage.slab(NOISE, length);
    this.beside = beside;
  }

  public MaskedSamples mask() {
    return mask;
  }

  /** What the UNet sees beside the latent; null: nothing. */
  public @Nullable SeenBeside beside() {
    return beside;
  }

  /** Lays y_k aside. */
  public void keepOriginal(float[] values) {
    keep(values, original);
  }

  /** Lays y_k aside, as a checkpoint has it. */
  public void keepOriginal(Samples values) {
    Bands.forEach(
        values.length(),
        () -> {
          float[] band = new float[Bands.LENGTH];
          return (from, count) -> {
            values.read(from, band, 0, count);
            original.write(from, band, 0, count);
          };
        });
  }

  /** Lays ε aside. */
  public void keepNoise(float[] values) {
    keep(values, noise);
  }

  private static void keep(float[] values, Slab slab) {
    Bands.forEach(values.length, () -> (from, count) -> slab.write(from, values, from, count));
  }

  /** y_k, for a checkpoint. */
  public Samples original() {
    return original;
  }

  /** z ← (1 − m)·y + m·z, of the band of z that begins at {@code from}. */
  public void keepIn(int from, float[] band, int count) {
    float[] ys = new float[count];
    original.read(from, ys, 0, count);
    int plane = mask.plane();
    for (int n = 0; n < count; n++) {
      if (!mask.isDrawn((from + n) % plane)) {
        band[n] = ys[n];
      }
    }
  }

  /**
   * Puts the original back.
   *
   * @param latent x, changed in place
   * @param mix how noisy x is now; null: not any more
   */
  public void blend(float[] latent, @Nullable NoiseMix mix) {
    int plane = mask.plane();
    Bands.forEach(
        latent.length,
        () -> {
          float[] ys = new float[Bands.LENGTH];
          float[] es = new float[Bands.LENGTH];
          return (from, count) -> {
            original.read(from, ys, 0, count);
            if (mix != null) {
              noise.read(from, es, 0, count);
            }
            for (int n = 0; n < count; n++) {
              if (!mask.isDrawn((from + n) % plane)) {
                latent[from + n] = mix == null ? ys[n] : mix.signal() * ys[n] + mix.noise() * es[n];
              }
            }
          };
        });
  }

  /** The whole noised original: what phase 1 begins with that keeps something of it. */
  public void noised(float[] latent, NoiseMix mix) {
    Bands.forEach(
        latent.length,
        () -> {
          float[] ys = new float[Bands.LENGTH];
          return (from, count) -> {
            original.read(from, ys, 0, count);
            for (int n = 0; n < count; n++) {
              latent[from + n] = mix.signal() * ys[n] + mix.noise() * latent[from + n];
            }
          };
        });
  }

  /**
   * Lets the clean latent that a prediction stands for be y_k where nothing is drawn, so that what
   * is made of the whole of it does not depend on which views were predicted (conditioning section
   * 5.4).
   *
   * @param x what the model saw
   * @param prediction p, changed in place
   * @param clean x̂0 as a·x + b·p
   */
  public void holdClean(float[] x, float[] prediction, Estimate clean) {
    int plane = mask.plane();
    Bands.forEach(
        x.length,
        () -> {
          float[] ys = new float[Bands.LENGTH];
          return (from, count) -> {
            original.read(from, ys, 0, count);
            for (int n = 0; n < count; n++) {
              if (!mask.isDrawn((from + n) % plane)) {
                double rest = ys[n] - clean.sample() * x[from + n];
                prediction[from + n] = (float) (rest / clean.prediction());
              }
            }
          };
        });
  }
}
