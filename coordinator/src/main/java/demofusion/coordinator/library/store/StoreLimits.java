package demofusion.coordinator.library.store;

import demofusion.protocol.DemofusionException;

/**
 * What the store takes.
 *
 * @param fileBytes of one file
 * @param totalBytes of all files, with those that are being uploaded
 */
public record StoreLimits(long fileBytes, long totalBytes) {
  /** Room for any checkpoint, and for a dozen of the largest. */
  public static final StoreLimits STANDARD = new StoreLimits(32L << 30, 256L << 30);

  public StoreLimits {
    if (fileBytes < 1 || totalBytes < 1) {
      throw DemofusionException.badRequest(
          "a store of %s bytes with files of %s bytes must take at least 1 byte"
              .formatted(totalBytes, fileBytes));
    }
  }
}
