package demofusion.coordinator.notify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves to a webhook who tells it: {@code t=SECONDS,v1=HEX}, where HEX is the HMAC-SHA256 under
 * the shared secret of the seconds since 1970, a dot, and the body's bytes. The receiver refuses
 * times that are long ago, so that nobody can say it again.
 */
final class Signature {
  static final String HEADER = "Demofusion-Signature";

  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  static String of(byte[] body, String secret, Instant now) {
    long seconds = now.getEpochSecond();
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
      return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
