package demofusion.coordinator.store;

import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.storage.Samples;
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
  private final float[] band = new float[BUFFER_BYTES / Float.BYTES];

  private StateChecksum() {}

  static String of(RenderState state) {
    StateChecksum checksum = new StateChecksum();
    state.scalars().forEach((name, value) -> checksum.add(name + '\0' + value + '\0'));
    state
        .tensors()
        .forEach(
            (name, samples) -> {
              checksum.add(name + '\0');
              checksum.add(samples);
            });
    return Long.toHexString(checksum.checksum.getValue());
  }

  private void add(String text) {
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(Samples samples) {
    for (int side : samples.shape()) {
      add(side + ",");
    }
    int length = samples.length();
    for (int from = 0; from < length; from += band.length) {
      int count = Math.min(band.length, length - from);
      samples.read(from, band, 0, count);
      buffer.clear().asFloatBuffer().put(band, 0, count);
      checksum.update(buffer.limit(count * Float.BYTES));
    }
  }
}
