package demofusion.coordinator.store;

import demofusion.coordinator.diffusion.storage.Bands;
import demofusion.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * By what a checkpoint is known to belong to the request beside it: a digest of {@code
 * request.json} as it lies on the disk, and of the pixels that it starts from. Two requests that
 * differ in nothing but their seed have checkpoints of the same shapes, and going on from the wrong
 * one would give a picture that nobody asked for.
 */
final class RequestMark {
  private RequestMark() {}

  /**
   * @param json the file's bytes
   * @param pixels that the picture starts from, if any
   */
  static String of(byte[] json, float @Nullable [] pixels) {
    MessageDigest digest = Sha256.digest();
    digest.update(json);
    if (pixels != null) {
      digest.update("pixels".getBytes(StandardCharsets.US_ASCII));
      Bands.bytes(pixels, digest::update);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
