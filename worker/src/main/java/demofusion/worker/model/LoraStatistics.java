package demofusion.worker.model;

/**
 * What LoRAs cost a worker.
 *
 * @param sets that are on the device now, the UNet's and the text towers' each for itself
 * @param bytes that they take there beside the model's own weights
 * @param merges how many were made since the worker began
 * @param mergeSeconds how long that took
 */
public record LoraStatistics(int sets, long bytes, long merges, double mergeSeconds) {
  /** No LoRA was ever used. */
  public static final LoraStatistics NONE = new LoraStatistics(0, 0, 0, 0);

  /** With the merges of a model that was there before. */
  LoraStatistics after(LoraStatistics earlier) {
    return new LoraStatistics(
        sets, bytes, merges + earlier.merges, mergeSeconds + earlier.mergeSeconds);
  }
}
