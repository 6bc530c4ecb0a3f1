package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers whose devices are taken back in the middle of a picture, as real processes. */
class PausedWorkerIT {
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "192x192", "steps", 8, "seed", 7, "viewBatch", "1");

  @TempDir Path folder;

  @Test
  void freesItsDevice_andStaysAwayAfterRestarts_andThePictureHasTheSameBits() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "paused")) {
      FarmNode coordinator = farm.coordinator();
      FarmApi api = farm.api();
      farm.worker("whole", "millis=100");
      FarmNode paused = farm.worker("paused", "millis=100");
      api.awaitWorker("whole", "ready");
      api.awaitWorker("paused", "ready");
      String job = api.submit(PICTURE);
      assertThat(api.awaitBatch(job, "paused")).isTrue();

      api.change("paused", "pause");
      api.awaitWorker("paused", "paused");
      paused.awaitLog("event=model-unloaded", 1);
      assertThat(Files.readString(farm.data().resolve("paused-workers.json"))).contains("paused");

      coordinator.signal("KILL");
      coordinator.awaitExit();
      farm.coordinator();
      api.awaitWorker("paused", "paused");
      paused.signal("TERM");
      assertThat(paused.awaitExit()).isZero();
      FarmNode again = farm.worker("paused", "millis=100");
      again.awaitLog("event=model-unloaded", 1);
      api.awaitWorker("paused", "paused");

      api.change("paused", "unpause");
      assertThat(api.awaitBits(job))
          .isEqualTo(RenderedAlone.bits(api.folder(job), folder.resolve("alone")));
      again.awaitLog("event=model-reloaded", 1);
    }
  }

  @Test
  void leavesAtASpotInstancesNotice_andUnloadsWhenIdle() throws Exception {
    Path notice = folder.resolve("notice");
    try (FarmProcesses farm = new FarmProcesses(folder, "notice")) {
      farm.coordinator();
      FarmApi api = farm.api();
      FarmNode spot =
          farm.worker("spot", "millis=20", "--leave-on", "file:" + notice, "--unload-after", "1s");
      api.awaitWorker("spot", "ready");
      spot.awaitLog("event=model-unloaded", 1);
      String job = api.submit(PICTURE);
      assertThat(api.awaitBatch(job, "spot")).isTrue();
      spot.awaitLog("event=model-reloaded", 1);

      Files.createFile(notice);
      assertThat(spot.awaitExit()).isZero();
      assertThat(spot.said("event=leave-notice", "notice")).contains(notice.toString());
      assertThat(api.worker("spot").isMissingNode()).isTrue();

      farm.worker("other", "millis=20");
      assertThat(api.awaitBits(job))
          .isEqualTo(RenderedAlone.bits(api.folder(job), folder.resolve("alone")));
    }
  }
}
