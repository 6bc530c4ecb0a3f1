package demofusion.protocol.latent;

/**
 * A latent: (channels, height, width) float32 samples, row-major, batch of one. The array is the
 * latent itself, not a copy: whoever holds a Latent may write into it, and the coordinator's render
 * is the only one who does.
 */
public record Latent(int channels, LatentExtent extent, float[] samples) {
  public Latent {
    long size = (long) channels * extent.area();
    if (channels < 1 || samples.length != size) {
      throw new IllegalArgumentException(
          "a latent of %s channels and %s has %s samples, not %s"
              .formatted(channels, extent, size, samples.length));
    }
  }

  /** A latent of zeros. */
  public static Latent zeros(int channels, LatentExtent extent) {
    return new Latent(channels, extent, new float[Math.multiplyExact(channels, extent.area())]);
  }

  /** The same samples as a tensor of shape (1, channels, height, width); shares the array. */
  public Tensor asTensor() {
    return new Tensor(new int[] {1, channels, extent.height(), extent.width()}, samples);
  }

  /**
   * A tensor of shape (1, channels, height, width) or (channels, height, width) as a latent; shares
   * the array.
   */
  public static Latent of(Tensor tensor) {
    int[] shape = tensor.shape();
    int rank = shape.length;
    if (rank < 3 || rank > 4 || (rank == 4 && shape[0] != 1)) {
      throw new IllegalArgumentException("a latent is (1, channels, height, width), not " + tensor);
    }
    return new Latent(
        shape[rank - 3], new LatentExtent(shape[rank - 2], shape[rank - 1]), tensor.values());
  }
}
