package demofusion.coordinator.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSignsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"rrdb-x2", "rrdb-x4", "rrdb-x4-old"})
  void knowsUpscalersByTheirKeys(String name) {
    assertThat(FileSigns.kind(GoldenData.path("modes-runs/upscalers/" + name + ".safetensors")))
        .isEqualTo(LibraryKind.UPSCALER);
  }

  @Test
  void refusesAnUpscalerThatCannotBeComputedWith() throws IOException {
    Path file = folder.resolve("half.safetensors");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      SafetensorsWriter.toChannel(
          channel,
          Map.of(
              "conv_first.weight", Tensor.zeros(16, 3, 3, 3),
              "body.0.rdb1.conv1.weight", Tensor.zeros(8, 16, 3, 3)),
          Map.of());
    }

    assertThatThrownBy(() -> FileSigns.kind(file))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("has no tensor conv_first.bias, which an RRDBNet of 1 blocks has");
  }
}
