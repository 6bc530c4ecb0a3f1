package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.worker.model.folder.VaeConfig;

/**
 * Between the latents that the UNet knows and those of the VAE: {@code scaling_factor}, {@code
 * shift_factor}, and the per-channel {@code latents_mean} and {@code latents_std} where a model has
 * them.
 *
 * @param scale per channel; what decoding divides by
 * @param shift per channel; what decoding then adds
 */
public record LatentScale(float[] scale, float[] shift) {
  public static LatentScale of(VaeConfig config) {
    return new LatentScale(config.latentScale(), config.latentShift());
  }

  /** (channels, height, width) or with a batch in front, to what the decoder expects. */
  public Tensor toVae(Tensor latent) {
    return map(latent, true);
  }

  /** The encoder's mean to the UNet's latent. */
  public Tensor meanFromVae(Tensor mean) {
    return map(mean, false);
  }

  /** The encoder's standard deviation to the UNet's latent. */
  public Tensor deviationFromVae(Tensor deviation) {
    return new LatentScale(scale, new float[shift.length]).map(deviation, false);
  }

  private Tensor map(Tensor latent, boolean toVae) {
    int[] shape = latent.shape();
    int plane = shape[shape.length - 2] * shape[shape.length - 1];
    float[] values = new float[latent.values().length];
    for (int n = 0; n < values.length; n++) {
      int channel = n / plane % scale.length;
      float value = latent.values()[n];
      values[n] =
          toVae
              ? value / scale[channel] + shift[channel]
              : (value - shift[channel]) * scale[channel];
    }
    return new Tensor(shape, values);
  }
}
