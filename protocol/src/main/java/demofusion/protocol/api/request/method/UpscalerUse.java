package demofusion.protocol.api.request.method;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.FileHashes;

/**
 * The super-resolution network that {@code --method sr} enlarges with (modes section 7).
 *
 * @param name as people call it: the file's name without its ending
 * @param hash SHA-256 of the file, hexadecimal; empty while the file was not looked up
 * @param scale how many times larger it makes a picture's sides; 0 while it was not looked up
 */
public record UpscalerUse(String name, String hash, int scale) {
  public static final int LONGEST_NAME = 200;
  private static final int MOST_SCALE = 4;

  public UpscalerUse {
    FileHashes.requireName("an upscaler", name, LONGEST_NAME);
    FileHashes.requireHash("upscaler " + name, hash);
    int least = hash.isEmpty() ? 0 : 2;
    if (scale < least || scale > MOST_SCALE) {
      throw DemofusionException.badRequest(
          "upscaler %s has the scale %s, which must be from %s to %s"
              .formatted(name, scale, least, MOST_SCALE));
    }
  }

  /** One that is still to be looked up. */
  public static UpscalerUse named(String name) {
    return new UpscalerUse(name, "", 0);
  }

  public boolean isResolved() {
    return !hash.isEmpty();
  }

  /** Its name. */
  @Override
  public String toString() {
    return name;
  }
}
