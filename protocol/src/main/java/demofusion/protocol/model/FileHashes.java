package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.regex.Pattern;

/** How files beside a model are named and known. */
public final class FileHashes {
  /** Digits of a hash in a picture's text, as A1111 has them. */
  public static final int SHORT = 12;

  private static final Pattern SHA_256 = Pattern.compile("(?:[0-9a-f]{64})?");

  private FileHashes() {}

  public static void requireName(String what, String name, int longest) {
    if (name.isBlank() || name.length() > longest) {
      throw DemofusionException.badRequest(
          "the name of %s has %s characters; it must have 1 to %s and not be blank"
              .formatted(what, name.length(), longest));
    }
  }

  /** Empty is taken: it was not looked up yet. */
  public static void requireHash(String what, String hash) {
    if (!SHA_256.matcher(hash).matches()) {
      throw DemofusionException.badRequest(
          "%s has the hash \"%s\", which is no SHA-256 of 64 hexadecimal digits"
              .formatted(what, hash.length() > 80 ? hash.substring(0, 80) : hash));
    }
  }

  public static String shortened(String hash) {
    return hash.substring(0, Math.min(SHORT, hash.length()));
  }
}
