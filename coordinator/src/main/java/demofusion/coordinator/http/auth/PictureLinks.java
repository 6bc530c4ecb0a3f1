package demofusion.coordinator.http.auth;

import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets whoever has a picture's address fetch it without a token, for an hour: clients of OpenAI's
 * API do not send their key there. The address is signed, for this one picture and until then.
 */
public final class PictureLinks {
  private static final Logger LOG = LoggerFactory.getLogger(PictureLinks.class);
  private static final Duration VALID = Duration.ofHours(1);
  private static final String EXPIRES = "expires";
  private static final String SIGNATURE = "signature";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final byte[] key;
  private final InstantSource clock;

  private PictureLinks(byte[] key, InstantSource clock) {
    this.key = key.clone();
    this.clock = clock;
  }

  /** With a key that is gone when this process ends, and all addresses with it. */
  public static PictureLinks ofThisRun(InstantSource clock) {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return new PictureLinks(key, clock);
  }

  /**
   * With the key in a file, which only its owner can read and which is made where there is none.
   * Where that fails, which need not keep a coordinator from starting, with one of this run.
   */
  public static PictureLinks keptIn(Path file, InstantSource clock) {
    try {
      if (Files.exists(file) && Files.size(file) == KEY_BYTES) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new PictureLinks(Files.readAllBytes(file), clock);
      }
      PictureLinks made = ofThisRun(clock);
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, made.key);
      return made;
    } catch (IOException e) {
      LOG.warn("event=picture-key-not-kept file={} reason=\"{}\"", file, SafeFile.reason(e));
      return ofThisRun(clock);
    }
  }

  /** What makes an address of this picture one that needs no token, from the question mark on. */
  public String query(String picture) {
    String expires = Long.toString(clock.instant().plus(VALID).getEpochSecond());
    return "?" + EXPIRES + "=" + expires + "&" + SIGNATURE + "=" + signature(picture, expires);
  }

  /**
   * Refuses a request whose address was not made here for this picture, or is too old.
   *
   * @throws ApiException 403
   */
  public void require(HttpRequest request, String picture) {
    String expires = parameter(request, EXPIRES);
    byte[] wanted = signature(picture, expires).getBytes(StandardCharsets.UTF_8);
    byte[] given = parameter(request, SIGNATURE).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(wanted, given)) {
      throw ApiException.with(
          StatusCodes.FORBIDDEN,
          "this address has no valid signature for this picture; use it whole, as it was answered");
    }
    Instant end = Instant.ofEpochSecond(Long.parseLong(expires));
    if (clock.instant().isAfter(end)) {
      throw ApiException.with(
          StatusCodes.FORBIDDEN,
          "this address was valid until "
              + end
              + "; the picture is still among the jobs, under /v1/jobs");
    }
  }

  private static String parameter(HttpRequest request, String name) {
    return request.getUri().query().get(name).orElse("");
  }

  private String signature(String picture, String expires) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      byte[] code = mac.doFinal((picture + "\n" + expires).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(code);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
