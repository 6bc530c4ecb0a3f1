package demofusion.coordinator.store;

import demofusion.coordinator.diffusion.RenderState;
import demofusion.protocol.latent.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A checksum over everything in a checkpoint. The file's format notices when a part of it is
 * missing, but not when a disk gives back other bytes than it was given.
 */
final class StateChecksum {
  private static final int BUFFER_BYTES = 1 << 16;

  private final CRC32C checksum = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  private StateChecksum() {}

  static String of(RenderState state) {
    StateChecksum checksum = new StateChecksum();
    state.scalars().forEach((name, value) -> checksum.add(name + '\0' + value + '\0'));
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              checksum.add(name + '\0');
              checksum.add(tensor);
            });
    return Long.toHexString(checksum.checksum.getValue());
  }

  private void add(String text) {
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(Tensor tensor) {
    for (int side : tensor.shape()) {
      add(side + ",");
    }
    float[] values = tensor.values();
    int atOnce = BUFFER_BYTES / Float.BYTES;
    for (int from = 0; from < values.length; from += atOnce) {
      int count = Math.min(atOnce, values.length - from);
      buffer.clear().asFloatBuffer().put(values, from, count);
      checksum.update(buffer.limit(count * Float.BYTES));
    }
  }
}
