package demofusion.coordinator.dispatch.audit;

import demofusion.protocol.Sha256;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.WorkResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** What two answers have in common only if all their bits are the same. */
public final class ResultHash {
  private static final int CHUNK = 4096; // numbers

  private ResultHash() {}

  /** SHA-256 over shapes, numbers and texts, hexadecimal. */
  public static String of(WorkResult result) {
    MessageDigest digest = Sha256.digest();
    for (String text : result.texts()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      update(digest, bytes.length);
      digest.update(bytes);
    }
    for (Tensor tensor : result.tensors()) {
      update(digest, tensor.shape().length);
      for (int side : tensor.shape()) {
        update(digest, side);
      }
      update(digest, tensor.values());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, int number) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
  }

  private static void update(MessageDigest digest, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      bytes.clear();
      bytes.asFloatBuffer().put(values, from, count);
      digest.update(bytes.limit(count * Float.BYTES));
    }
  }
}
