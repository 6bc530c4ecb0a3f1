package demofusion.coordinator.job.record;

import demofusion.protocol.Sha256;
import demofusion.protocol.api.request.JobRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** SHA-256 of what is asked for, and of what comes of it; hexadecimal. */
public final class Fingerprint {
  private static final int BUFFER_BYTES = 1 << 16;

  private final MessageDigest digest = Sha256.digest();

  private Fingerprint() {}

  /** Two requests have the same one only if they ask for the same. */
  public static String of(JobRequest request) {
    Fingerprint fingerprint = new Fingerprint();
    byte[] picture = request.picture();
    fingerprint.add(JobJson.write(request.spec()));
    fingerprint.add(text(request.model()));
    fingerprint.add(text(request.previews()));
    fingerprint.add(text(request.priority()));
    fingerprint.add(picture == null ? new byte[0] : picture);
    fingerprint.add(text(request.strength()));
    fingerprint.add(text(request.webhook()));
    if (request.after() != null) {
      fingerprint.add(text(request.after()));
    }
    return fingerprint.hex();
  }

  public static String of(Path file) throws IOException {
    Fingerprint fingerprint = new Fingerprint();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        fingerprint.digest.update(buffer, 0, count);
      }
    }
    return fingerprint.hex();
  }

  private static byte[] text(@Nullable Object value) {
    return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
  }

  /** Its length too, so that no two parts can pass for others. */
  private void add(byte[] part) {
    digest.update(text(part.length));
    digest.update((byte) 0);
    digest.update(part);
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
