package demofusion.deploy.model;

import demofusion.worker.model.folder.ModelFolder;

/**
 * About how much memory a model takes: its weights in the precision of the device, and the largest
 * activations, which are the VAE decoder's at the native size.
 *
 * @param onCpuBytes in float32
 * @param onGpuBytes in float16, the VAE in float32 where its configuration says so
 */
public record ModelNeed(long onCpuBytes, long onGpuBytes) {
  /** Of a model that cannot be looked at. */
  public static final ModelNeed UNKNOWN = new ModelNeed(0, 0);

  /** Input and output of the widest layer at full size, and what a convolution copies of them. */
  private static final int LIVE_ACTIVATIONS = 4;

  private static final int FLOAT32_BYTES = 4;
  private static final int FLOAT16_BYTES = 2;

  /** With networks beside it, in the same precisions; what is not known stays so. */
  public ModelNeed plus(long parameters) {
    return onCpuBytes == 0
        ? this
        : new ModelNeed(
            onCpuBytes + parameters * FLOAT32_BYTES, onGpuBytes + parameters * FLOAT16_BYTES);
  }

  /** Reckons from configurations alone. */
  public static ModelNeed of(ModelFolder model) {
    long parameters = model.parts().stream().mapToLong(ModelFolder.Part::parameters).sum();
    long vaeParameters = model.vae().parameters();
    int[] channels = model.vae().config().channels();
    long side = model.geometry().nativeSide();
    long activations = side * side * LIVE_ACTIVATIONS * channels[Math.min(1, channels.length - 1)];
    int vaeBytes = model.vae().config().forceUpcast() ? FLOAT32_BYTES : FLOAT16_BYTES;
    return new ModelNeed(
        (parameters + activations) * FLOAT32_BYTES,
        (parameters - vaeParameters) * FLOAT16_BYTES + (vaeParameters + activations) * vaeBytes);
  }
}
