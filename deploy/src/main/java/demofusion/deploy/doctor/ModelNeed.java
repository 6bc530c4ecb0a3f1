package demofusion.deploy.doctor;

/**
 * About how much memory a model takes: its weights in the precision of the device, and room for one
 * forward.
 *
 * @param onCpuBytes in float32
 * @param onGpuBytes in float16, the VAE in float32
 */
public record ModelNeed(long onCpuBytes, long onGpuBytes) {
  /** Of a model that cannot be looked at. */
  public static final ModelNeed UNKNOWN = new ModelNeed(0, 0);
}
