package demofusion.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.storage.Slab;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobStorageTest {
  private static final RenderRequest REQUEST =
      new RenderRequest(
          RenderSpec.of("a lighthouse", 1),
          new ModelId(
              new ModelKind("0123", Precision.FLOAT32, "cpu"), new ModelSource("m", null, null)),
          false,
          0);

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(ints = {100_000, Storage.LARGE + 100_000})
  void givesBackWhatWasLaidAside(int length) {
    float[] values = new float[70_001];
    for (int n = 0; n < values.length; n++) {
      values[n] = n * 0.25f;
    }
    try (JobFolder folder = folder()) {
      Slab slab = folder.storage().slab("z", length);
      slab.write(17, values, 0, values.length);

      float[] back = new float[values.length + 3];
      slab.read(18, back, 3, values.length - 1);

      assertThat(slab.length()).isEqualTo(length);
      assertThat(back[2]).isZero();
      assertThat(back[3]).isEqualTo(values[1]);
      assertThat(back[values.length + 1]).isEqualTo(values[values.length - 1]);
    }
  }

  @Test
  void leavesNoScratchFileBehind() throws IOException {
    JobFolder folder = folder();
    folder.storage().slab("small", Storage.LARGE - 1).write(0, new float[] {1}, 0, 1);
    folder.storage().slab("large", Storage.LARGE).write(0, new float[] {1}, 0, 1);

    folder.close();

    assertThat(scratchFiles()).isEmpty();
    assertThatThrownBy(() -> folder.storage().slab("late", Storage.LARGE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void beginsAnew_whateverAKilledProcessLeft() throws IOException {
    JobFolder folder = folder();
    Files.write(path().resolve(".scratch-z"), new byte[1000]);

    folder.storage().slab("z", Storage.LARGE).write(0, new float[] {1}, 0, 1);
    folder.close();

    assertThat(scratchFiles()).isEmpty();
  }

  private JobFolder folder() {
    return JobFolder.create(path(), REQUEST);
  }

  private Path path() {
    return temporary.resolve("job");
  }

  private List<String> scratchFiles() throws IOException {
    try (Stream<Path> files = Files.list(path())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains("scratch"))
          .toList();
    }
  }
}
