package demofusion.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.dispatch.WorkerPauses;
import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PausesFileTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  @TempDir Path folder;

  @Test
  void outlastsTheCoordinator() {
    try (DataFolder data = DataFolder.open(folder)) {
      PausesFile file = new PausesFile(data, Runnable::run);
      WorkerPauses pauses = new WorkerPauses(file.read(), file::keep);
      pauses.pause("studio-1", WorkerPauses.OPEN);
      pauses.pause("studio-2", NOON);
      pauses.pause("studio-3", NOON);
      assertThat(pauses.resume("studio-3")).isTrue();

      WorkerPauses later = new WorkerPauses(new PausesFile(data, Runnable::run).read(), all -> {});

      assertThat(later.names()).containsExactly("studio-1", "studio-2");
      assertThat(later.end("studio-1")).contains(WorkerPauses.OPEN);
      assertThat(later.end("studio-2")).contains(NOON);
      assertThat(later.over(NOON.minusSeconds(1))).isEmpty();
      assertThat(later.over(NOON)).containsExactly("studio-2");
      assertThat(folder.resolve("paused-workers.json"))
          .hasContent("{\n  \"studio-1\" : \"\",\n  \"studio-2\" : \"2026-11-30T12:00:00Z\"\n}");
    }
  }

  @Test
  void isEmptyWhereThereIsNone() {
    try (DataFolder data = DataFolder.open(folder)) {
      assertThat(new PausesFile(data, Runnable::run).read()).isEqualTo(Map.of());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{\"studio-1\": \"tomorrow\"}", "{\"studio-1\": null}", "{"})
  void giveNobodysDeviceAwayByMistake(String text) throws Exception {
    try (DataFolder data = DataFolder.open(folder)) {
      Files.writeString(folder.resolve("paused-workers.json"), text);

      assertThatThrownBy(() -> new PausesFile(data, Runnable::run).read())
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining("paused-workers.json is not a JSON object of workers and times");
    }
  }
}
