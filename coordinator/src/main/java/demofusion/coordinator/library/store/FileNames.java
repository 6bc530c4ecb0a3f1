package demofusion.coordinator.library.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.model.file.PickleNames;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Which names and hashes there can be. Names are never used as paths here, but prompts and workers'
 * folders hold them.
 */
final class FileNames {
  private static final int LONGEST = 100;

  /** With an ending it must be a file's name in workers' folders, of at most 255 bytes. */
  private static final int MOST_BYTES = 200;

  private static final Pattern NAME =
      Pattern.compile("[^\\p{Cntrl}/\\\\:<>|?*\"]{1," + LONGEST + "}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  private FileNames() {}

  /**
   * @throws DemofusionException BAD_REQUEST, in one sentence
   */
  static void requireName(String name) {
    boolean isPlain =
        NAME.matcher(name).matches() && !name.startsWith(".") && name.strip().equals(name);
    if (!isPlain) {
      throw DemofusionException.badRequest(
          "the name \"%s\" must be 1 to %s characters without / \\ : < > | ? * and \", and must not"
                  .formatted(shown(name), LONGEST)
              + " begin with a dot");
    }
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw DemofusionException.badRequest(
          "the name \"%s\" has %s bytes in UTF-8, and must have at most %s: choose a shorter one"
              .formatted(shown(name), bytes, MOST_BYTES));
    }
    if (PickleNames.has(name)) {
      throw DemofusionException.badRequest(
          "\"%s\" names a pickle, which could run code: convert the file to safetensors"
              .formatted(shown(name)));
    }
  }

  /**
   * @throws DemofusionException BAD_REQUEST, in one sentence
   */
  static void requireHash(String hash) {
    if (!isHash(hash)) {
      throw DemofusionException.badRequest(
          "the hash \"" + shown(hash) + "\" must be the 64 hexadecimal digits of a SHA-256");
    }
  }

  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  /** Words from outside, for a sentence. */
  static String shown(String text) {
    return Excerpt.of(text.replaceAll("\\p{Cntrl}", "?"), LONGEST);
  }
}
