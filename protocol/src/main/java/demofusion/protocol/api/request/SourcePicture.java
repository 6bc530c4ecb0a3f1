package demofusion.protocol.api.request;

import demofusion.protocol.Range;
import demofusion.protocol.Sha256;
import demofusion.protocol.latent.Tensor;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A picture to start from in place of phase 1 (the reference's {@code image_lr}, spec section 11).
 *
 * @param pixels (3, height, width) in [−1, 1], already of the native phase's size
 * @param strength in (0, 1]: 1 noises it all the way as the paper does; less enters the upscaling
 *     phases later in the schedule
 */
public record SourcePicture(Tensor pixels, double strength) {
  public static final Range STRENGTH = new Range("strength", 0, 1, true);

  /** Enough to tell pictures apart. */
  private static final int HASH_DIGITS = 10;

  public SourcePicture {
    STRENGTH.require(strength);
  }

  /** Tells one picture to start from from another: the first digits of its pixels' SHA-256. */
  public String fingerprint() {
    float[] values = pixels.values();
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return HexFormat.of().formatHex(Sha256.of(bytes.array())).substring(0, HASH_DIGITS);
  }
}
