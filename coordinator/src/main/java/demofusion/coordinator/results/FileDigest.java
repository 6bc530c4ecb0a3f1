package demofusion.coordinator.results;

import demofusion.protocol.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What a file's bytes are told by.
 *
 * @param sha256 hexadecimal: by which the file is known again when it comes back
 * @param md5 base64, as the header Content-MD5 has it, by which every store of this kind checks
 *     what it received
 */
record FileDigest(long bytes, String sha256, String md5) {
  private static final int BUFFER_BYTES = 1 << 16;

  static FileDigest of(Path file) throws IOException {
    MessageDigest sha256 = Sha256.digest();
    MessageDigest md5 = md5Digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
        md5.update(buffer, 0, count);
        bytes += count;
      }
    }
    return new FileDigest(
        bytes,
        HexFormat.of().formatHex(sha256.digest()),
        Base64.getEncoder().encodeToString(md5.digest()));
  }

  private static MessageDigest md5Digest() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
