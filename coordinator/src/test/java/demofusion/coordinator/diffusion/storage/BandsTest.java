package demofusion.coordinator.diffusion.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BandsTest {
  private static final int LENGTH = Bands.LENGTH;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, LENGTH - 1, LENGTH, LENGTH + 1, 8 * LENGTH, 8 * LENGTH + 1, 100_003})
  void goesThroughEveryValueOnce(int length) {
    AtomicIntegerArray visits = new AtomicIntegerArray(length);

    Bands.forEach(
        length,
        () ->
            (from, count) -> {
              assertThat(count).isBetween(1, LENGTH);
              for (int n = from; n < from + count; n++) {
                visits.incrementAndGet(n);
              }
            });

    for (int n = 0; n < length; n++) {
      assertThat(visits.get(n)).as("visits of %d of %d", n, length).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, LENGTH, LENGTH + 1, 3 * LENGTH - 1})
  void handsOverAllBytesInOrder(int length) {
    float[] values = new float[length];
    ByteBuffer wanted = ByteBuffer.allocate(length * Float.BYTES);
    for (int n = 0; n < length; n++) {
      values[n] = n + 0.5f;
      wanted.putFloat(values[n]);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES);

    Bands.bytes(values, bytes::put);

    assertThat(bytes.array()).isEqualTo(wanted.array());
    assertThat(bytes.remaining()).isZero();
  }
}
