package demofusion.protocol.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("phase1.final", ramp(1, 4, 300, 200));
    tensors.put("\"quoted\"\n", ramp(3));
    tensors.put("nothing", Tensor.zeros(0));
    tensors.put("scalar", new Tensor(new int[0], new float[] {Float.MIN_VALUE}));
    Path path = folder.resolve("written.safetensors");

    SafetensorsFixture.write(path, tensors, Map.of("seed", "1", "Ünïcode", "日本"));

    SafetensorsFile file = SafetensorsFile.open(path);
    assertThat(file.names()).containsExactlyElementsOf(tensors.keySet());
    assertThat(file.metadata()).isEqualTo(Map.of("seed", "1", "Ünïcode", "日本"));
    tensors.forEach((name, tensor) -> assertThat(file.tensor(name)).isEqualTo(tensor));
  }

  @Test
  void alignsData() throws IOException {
    for (int length = 1; length <= 9; length++) {
      Path path = folder.resolve("aligned");

      SafetensorsFixture.write(path, Map.of("n".repeat(length), ramp(2)), Map.of());

      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(bytes.getLong(0) % 8).isZero();
    }
  }

  @Test
  void writesTheReferencesBytes() throws IOException {
    Path path = folder.resolve("copy");
    Path golden = GoldenData.path("runs/native-euler.safetensors");
    SafetensorsFile file = SafetensorsFile.open(golden);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    file.entries().stream()
        .sorted(Comparator.comparingLong(SafetensorsFile.Entry::offset))
        .forEach(entry -> tensors.put(entry.name(), file.tensor(entry.name())));

    SafetensorsFixture.write(path, tensors, file.metadata());

    assertThat(path).hasSameBinaryContentAs(golden);
  }

  @Test
  void writesEqualBytes_whenMetadataComesInAnotherOrder() throws IOException {
    Map<String, String> forward = new LinkedHashMap<>();
    Map<String, String> backward = new LinkedHashMap<>();
    for (int n = 0; n < 20; n++) {
      forward.put("key" + n, "value");
      backward.put("key" + (19 - n), "value");
    }
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");

    SafetensorsFixture.write(one, Map.of("a", ramp(5)), forward);
    SafetensorsFixture.write(other, Map.of("a", ramp(5)), backward);

    assertThat(one).hasSameBinaryContentAs(other);
  }

  private static Tensor ramp(int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int n = 0; n < values.length; n++) {
      values[n] = n * 0.37f - 5;
    }
    return new Tensor(shape, values);
  }
}
