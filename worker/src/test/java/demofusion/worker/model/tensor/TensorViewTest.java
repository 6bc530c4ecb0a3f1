package demofusion.worker.model.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TensorViewTest {
  @Test
  void showsThirdsOfTheSameMemory() {
    TensorView whole = of(DType.F32, new long[] {6, 2}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    TensorView second = whole.part(1, 3);

    assertThat(second.shape()).containsExactly(2, 2);
    assertThat(second.floats()).containsExactly(4, 5, 6, 7);
    assertThat(second.offset()).isEqualTo(whole.offset() + 16);
    whole.content().get().putFloat(16, 40);
    assertThat(second.floats()).startsWith(40);
  }

  @Test
  void turnsAMatrix() {
    TensorView turned = of(DType.F32, new long[] {2, 3}, 0, 1, 2, 3, 4, 5).transposed();

    assertThat(turned.shape()).containsExactly(3, 2);
    assertThat(turned.floats()).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void multipliesInFloat32_whateverTheTypeIs() {
    TensorView scale = of(DType.F32, new long[0], 0.1f);
    ByteBuffer eights = ByteBuffer.wrap(new byte[] {0x38, 0x40, (byte) 0xb8}); // 1, 2, -1
    TensorView view =
        new TensorView(
            Path.of("f"), "t", DType.F8_E4M3, "F8_E4M3", new long[] {3}, 0, eights::duplicate);

    assertThat(view.type()).isEqualTo(DType.F16);
    assertThat(view.bytes().remaining()).isEqualTo(6);
    assertThat(view.scaledBy(scale).floats()).containsExactly(0.1f, 0.2f, -0.1f);
    assertThat(view.scaledBy(scale).storedBytes()).isEqualTo(12);
  }

  private static TensorView of(DType type, long[] shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    bytes.flip();
    return new TensorView(
        Path.of("f"),
        "t",
        type,
        type.name(),
        shape,
        8,
        () -> bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN));
  }
}
