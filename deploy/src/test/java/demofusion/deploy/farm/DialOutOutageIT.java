package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A farm whose only worker dials, and is cut off for minutes in the middle of a picture. */
class DialOutOutageIT {
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "192x192", "steps", 8, "seed", 7, "viewBatch", "1");

  /** Longer than any patience on either side; {@code -Ddemofusion.outage=600} for more. */
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("demofusion.outage", 120));

  @TempDir Path folder;

  @Test
  void goesOn_whenTheConnectionIsBack() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "dial-out-outage");
        TcpProxy wire = new TcpProxy(farm.url().substring("http://".length()))) {
      farm.coordinator();
      FarmApi api = farm.api();
      FarmNode rented = farm.worker("rented", "millis=15", "--join", "http://" + wire.address());
      api.awaitWorker("rented", "ready");
      String job = api.submit(PICTURE);
      api.awaitPhase(job, 3);
      api.awaitBatch(job, "rented");

      wire.cut();
      api.awaitGone("rented");
      TimeUnit.MILLISECONDS.sleep(OUTAGE.toMillis()); // an outage is what is tried here
      wire.mend();

      assertThat(api.awaitBits(job))
          .isEqualTo(RenderedAlone.bits(api.folder(job), folder.resolve("alone")));
      assertThat(rented.count("event=model-loaded")).isEqualTo(1);
      assertThat(rented.count("event=coordinator-lost")).isEqualTo(1);
      assertThat(rented.count("event=joined")).isEqualTo(2);
      rented.signal("TERM");
      assertThat(rented.awaitExit()).isZero();
    }
  }
}
