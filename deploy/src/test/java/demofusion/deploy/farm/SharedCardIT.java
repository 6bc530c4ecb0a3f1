package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose card is wanted by somebody in the middle of a picture, as real processes. */
class SharedCardIT {
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "192x192", "steps", 8, "seed", 7, "viewBatch", "1");

  @TempDir Path folder;

  @Test
  void givesItsCardBack_andComesAgain_andThePictureHasTheSameBits() throws Exception {
    Path busy = folder.resolve("busy");
    try (FarmProcesses farm = new FarmProcesses(folder, "shared-card")) {
      farm.coordinator();
      FarmApi api = farm.api();
      farm.worker("whole", "millis=100");
      FarmNode shared = farm.worker("shared", "millis=100", "--yield-to", "file:" + busy);
      api.awaitWorker("whole", "ready");
      api.awaitWorker("shared", "ready");
      String job = api.submit(PICTURE);
      assertThat(api.awaitBatch(job, "shared")).isTrue();

      Files.createFile(busy);
      shared.awaitLog("event=card-free", 1);
      assertThat(shared.said("event=card-wanted", "reason")).contains(busy.toString());
      assertThat(api.worker("shared").isMissingNode()).isTrue();

      Files.delete(busy);
      shared.awaitLog("event=card-taken-again", 1);
      shared.awaitLog("event=joined", 2);
      assertThat(api.awaitBits(job))
          .isEqualTo(RenderedAlone.bits(api.folder(job), folder.resolve("alone")));
      shared.signal("TERM");
      assertThat(shared.awaitExit()).isZero();
    }
  }
}
