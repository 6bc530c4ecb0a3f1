package demofusion.protocol.api.request.method;

import demofusion.protocol.model.FileHashes;

/**
 * The super-resolution network that {@code --method sr} enlarges with (modes section 7).
 *
 * @param name as people call it: the file's name without its ending
 * @param hash SHA-256 of the file, hexadecimal; empty while the file was not looked up
 */
public record UpscalerUse(String name, String hash) {
  private static final int LONGEST_NAME = 200;

  public UpscalerUse {
    FileHashes.requireName("an upscaler", name, LONGEST_NAME);
    FileHashes.requireHash("upscaler " + name, hash);
  }

  /** One that is still to be looked up. */
  public static UpscalerUse named(String name) {
    return new UpscalerUse(name, "");
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
