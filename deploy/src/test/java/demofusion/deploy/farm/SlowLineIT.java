package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A farm over long lines, 200 ms there and back, that lose one packet of a hundred:
 *
 * <pre>
 *   far ── line ──▶ coordinator ◀── line ── rented (which dials)
 *       ◀── line ──
 * </pre>
 */
class SlowLineIT {
  private static final LateBytes.Delay LINE = new LateBytes.Delay(Duration.ofMillis(100), 100);
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "192x192", "steps", 3, "seed", 7, "viewBatch", "4");

  @TempDir Path folder;

  @Test
  void costsTimeOnly_whateverTheLineIsLike() throws Exception {
    String farSide = FarmProcesses.freeAddress();
    try (FarmProcesses farm = new FarmProcesses(folder, "slow-line");
        TcpProxy towards = new TcpProxy(farm.address(), LINE);
        TcpProxy back = new TcpProxy(farSide, LINE);
        TcpProxy dialled = new TcpProxy(farm.url().substring("http://".length()), LINE)) {
      FarmNode coordinator = farm.coordinator("--advertise", towards.address());
      String reached = back.address();
      farm.worker(
          "far",
          "millis=15",
          "--join",
          towards.address(),
          "--bind",
          farSide,
          "--advertise",
          reached);
      farm.worker("rented", "millis=15", "--join", "http://" + dialled.address());
      FarmApi api = farm.api();
      api.awaitWorker("far", "ready");
      api.awaitWorker("rented", "ready");

      String job = api.submit(PICTURE);

      assertThat(api.awaitBits(job))
          .isEqualTo(RenderedAlone.bits(api.folder(job), folder.resolve("alone")));
      assertThat(coordinator.count("event=worker-ready")).isEqualTo(2);
      assertThat(coordinator.count("event=worker-lost")).isZero();
      assertThat(coordinator.count("event=worker-silent")).isZero();
    }
  }
}
