package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A farm to which one worker belongs that only dials, and one that others reach:
 *
 * <pre>
 *   rented ── WebSocket ──▶ coordinator ◀── Artery ──▶ ordinary
 * </pre>
 *
 * Whatever happens, the pictures have the bits that one machine alone gives them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DialOutIT {
  /** Of three phases, the last of which takes some seconds. */
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "192x192", "steps", 8, "seed", 7, "viewBatch", "1");

  private static final String USUAL = "millis=15";
  private static final int TO_LOAD_MILLIS = 15_000;
  private static final Duration MOST_LOST = Duration.ofSeconds(6);
  private static final Duration BACK_AGAIN = Duration.ofSeconds(20);

  @TempDir static Path folder;

  private FarmProcesses farm;
  private FarmApi api;
  private FarmNode coordinator;
  private FarmNode ordinary;
  private FarmNode rented;
  private Map<String, String> alone;

  @BeforeAll
  void drawAlone() throws Exception {
    farm = new FarmProcesses(folder, "dial-out");
    coordinator = farm.coordinator();
    api = farm.api();
    String late = USUAL + ",load-millis=" + TO_LOAD_MILLIS;
    rented = farm.worker("rented", late, "--join", farm.url(), "--metrics", "off");
    String job = api.submitWhileLoading(PICTURE, rented);
    alone = RenderedAlone.bits(api.folder(job), folder.resolve("alone"));
    assertThat(api.awaitBits(job)).as("drawn by the worker that dials, alone").isEqualTo(alone);
    ordinary = farm.worker("ordinary", USUAL);
    api.awaitWorker("ordinary", "ready");
  }

  private FarmNode dialOut(String name) throws IOException {
    return farm.worker(name, USUAL, "--join", farm.url(), "--metrics", "off");
  }

  @AfterAll
  void stop() {
    farm.close();
  }

  @AfterEach
  void makeWhole() throws IOException {
    if (!coordinator.isAlive()) {
      coordinator = farm.coordinator();
    }
    if (!rented.isAlive()) {
      rented = dialOut("rented");
    }
    api.awaitWorker("rented", "ready");
    api.awaitWorker("ordinary", "ready");
  }

  @Test
  void drawsBesideOthers_andOpensNoPort() throws Exception {
    assertThat(api.awaitBits(api.submit(PICTURE))).isEqualTo(alone);

    assertThat(rented.said("event=joined", "coordinator")).isEqualTo(farm.url());
    assertThat(ListeningPorts.of(rented.pid())).isEmpty();
    assertThat(ListeningPorts.of(ordinary.pid())).isNotEmpty();
  }

  @Test
  void workSeveralBehindOneAddress() throws Exception {
    FarmNode second = dialOut("second");
    api.awaitWorker("second", "ready");

    String job = inTheMiddle();
    api.awaitBatch(job, "rented");
    api.awaitBatch(job, "second");
    second.signal("TERM");

    assertThat(second.awaitExit()).isZero();
    assertThat(second.count("event=draining")).isEqualTo(1);
    assertThat(api.awaitBits(job)).isEqualTo(alone);
    api.awaitGone("second");
    assertThat(second.log()).noneMatch(line -> line.contains("WARN"));
  }

  @Test
  void runsAgainElsewhere_whenTheWorkerIsKilledInMidBatch() throws Exception {
    String job = inTheMiddle();
    api.awaitBatch(job, "rented");

    Instant killed = rented.signal("KILL");

    assertThat(api.awaitBits(job)).isEqualTo(alone);
    Instant missed = coordinator.awaitWhen("event=worker-silent worker=rented", killed);
    assertThat(Duration.between(killed, missed)).isLessThan(Await.onThisMachine(MOST_LOST));
  }

  @Test
  void goesOn_whenTheCoordinatorWasKilled() throws Exception {
    String job = inTheMiddle();

    Instant killed = coordinator.signal("KILL");
    coordinator.awaitExit();
    coordinator = farm.coordinator();

    Instant ready = coordinator.when("event=coordinator-ready", killed);
    assertThat(Duration.between(ready, rented.awaitWhen("event=joined", killed)))
        .isLessThan(Await.onThisMachine(BACK_AGAIN));
    assertThat(api.awaitBits(job)).isEqualTo(alone);
    assertThat(rented.count("event=model-loaded")).isEqualTo(1);
    assertThat(rented.count("event=joining")).as("one system for all that time").isEqualTo(1);
  }

  @Test
  void isTheSameWorker_whenItsConnectionWasCutForAMoment() throws Exception {
    try (TcpProxy wire = new TcpProxy(farm.url().substring("http://".length()))) {
      FarmNode remote = farm.worker("remote", USUAL, "--join", "http://" + wire.address());
      api.awaitWorker("remote", "ready");
      String job = inTheMiddle();
      api.awaitBatch(job, "remote");

      wire.cut();
      wire.mend();

      assertThat(api.awaitBits(job)).isEqualTo(alone);
      api.awaitWorker("remote", "ready");
      remote.signal("TERM");
      assertThat(remote.awaitExit()).isZero();
      assertThat(remote.count("event=model-loaded")).isEqualTo(1);
      api.awaitGone("remote");
    }
  }

  private String inTheMiddle() throws Exception {
    String job = api.submit(PICTURE);
    api.awaitPhase(job, 3);
    return job;
  }
}
