package demofusion.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistrustFileTest {
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  @TempDir Path folder;

  @Test
  void isReadAsItWasKept() {
    try (DataFolder data = DataFolder.open(folder)) {
      DistrustFile file = new DistrustFile(data, Runnable::run);
      assertThat(file.read()).isEmpty();

      file.keep(Map.of("gpu-3", "it answered \"a view\" with other bits", "gpu-4", "Füße"));

      assertThat(new DistrustFile(data, Runnable::run).read())
          .isEqualTo(Map.of("gpu-3", "it answered \"a view\" with other bits", "gpu-4", "Füße"));
    }
  }

  @Test
  void hasTheLast_whenSeveralAreWrittenAtOnce() {
    try (DataFolder data = DataFolder.open(folder)) {
      DistrustFile file = new DistrustFile(data, waiting::add);
      file.keep(Map.of("gpu-3", "wrong"));
      file.keep(Map.of("gpu-3", "wrong", "gpu-4", "wrong too"));
      file.keep(Map.of("gpu-4", "wrong too"));
      while (!waiting.isEmpty()) {
        Objects.requireNonNull(waiting.poll()).run();
      }

      assertThat(file.read()).isEqualTo(Map.of("gpu-4", "wrong too"));
    }
  }

  /** A coordinator that believed everybody then would be silently wrong. */
  @Test
  void refusesToBelieveEverybody_whenItCannotBeRead() throws Exception {
    try (DataFolder data = DataFolder.open(folder)) {
      Files.writeString(data.distrustedWorkers(), "{\"gpu-3\": ");

      assertThatThrownBy(() -> new DistrustFile(data, Runnable::run).read())
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining("distrusted-workers.json is not a JSON object of workers")
          .hasMessageContaining("remove it to believe all workers again");
    }
  }
}
