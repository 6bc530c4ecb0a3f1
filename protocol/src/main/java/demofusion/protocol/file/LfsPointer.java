package demofusion.protocol.file;

import demofusion.protocol.DemofusionException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What lies in place of a large file where a repository was cloned without Git LFS: three lines of
 * text that say where the file is to be had.
 */
public final class LfsPointer {
  /** So many bytes of a file tell whether it is one. */
  public static final int TELLING_BYTES = 40;

  private static final byte[] BEGINNING =
      "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

  private LfsPointer() {}

  /**
   * @param name of the file, for the sentence
   * @param content the file's, or its beginning
   * @throws DemofusionException BAD_MODEL if that is a pointer
   */
  public static void refuse(String name, byte[] content) {
    if (content.length >= TELLING_BYTES
        && Arrays.equals(content, 0, TELLING_BYTES, BEGINNING, 0, TELLING_BYTES)) {
      throw DemofusionException.badModel(
          name
              + " is only a Git LFS pointer to the file, which was not downloaded: run \"git lfs"
              + " pull\" in the model's folder");
    }
  }
}
