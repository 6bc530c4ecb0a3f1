package demofusion.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.dispatch.ledger.DrainedWorkers;
import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainsFileTest {
  @TempDir Path folder;

  @Test
  void outlastsTheCoordinator() {
    try (DataFolder data = DataFolder.open(folder)) {
      DrainsFile file = new DrainsFile(data, Runnable::run);
      assertThat(file.read()).isEmpty();
      DrainedWorkers drained = new DrainedWorkers(file.read(), file::keep);
      drained.add("studio-2");
      drained.add("studio-1");
      drained.add("studio-3");
      drained.remove("studio-3");

      assertThat(new DrainsFile(data, Runnable::run).read())
          .containsExactly("studio-2", "studio-1");
      assertThat(folder.resolve("drained-workers.json"))
          .hasContent("[ \"studio-2\", \"studio-1\" ]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[1, {}]", "[null]", "["})
  void givesNobodyWorkByMistake(String text) throws Exception {
    try (DataFolder data = DataFolder.open(folder)) {
      Files.writeString(folder.resolve("drained-workers.json"), text);

      assertThatThrownBy(() -> new DrainsFile(data, Runnable::run).read())
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining("drained-workers.json is not a JSON array of workers");
    }
  }
}
