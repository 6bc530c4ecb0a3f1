package demofusion.protocol.api.request.condition;

import demofusion.protocol.model.FileHashes;

/**
 * A file of weights that a request names: a ControlNet, an IP-Adapter, an image encoder.
 *
 * @param name as people call it: the file's name without its ending, or its folder's
 * @param hash SHA-256 of the file, hexadecimal; empty while it was not looked up
 */
public record NamedNetwork(String name, String hash) {
  public static final int LONGEST_NAME = 200;

  public NamedNetwork {
    FileHashes.requireName("a network", name, LONGEST_NAME);
    FileHashes.requireHash("network " + name, hash);
  }

  /** One that is still to be looked up. */
  public static NamedNetwork named(String name) {
    return new NamedNetwork(name, "");
  }

  public boolean isResolved() {
    return !hash.isEmpty();
  }

  @Override
  public String toString() {
    return name;
  }
}
