package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One farm of real processes, and everything that can go wrong with it, one after the other. After
 * each fault the picture has the bits that one undisturbed worker gave it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FarmFaultsIT {
  /** Of three phases, the last of which takes some seconds. */
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "192x192", "steps", 8, "seed", 7, "viewBatch", "1");

  private static final Duration MOST_LOST = Duration.ofSeconds(6);
  private static final Duration LONG_PAUSE = Duration.ofSeconds(30);
  private static final String USUAL = "millis=15";

  @TempDir static Path folder;

  private FarmProcesses farm;
  private FarmApi api;
  private FarmNode coordinator;
  private FarmNode one;
  private FarmNode two;
  private Map<String, String> undisturbed;

  @BeforeAll
  void drawUndisturbed() throws Exception {
    farm = new FarmProcesses(folder, "faults");
    coordinator = farm.coordinator();
    api = farm.api();
    one = farm.worker("one", USUAL);
    api.awaitWorker("one", "ready");
    undisturbed = api.awaitBits(api.submit(PICTURE));
    assertThat(undisturbed)
        .containsOnlyKeys(
            "image.png", "phase-1.safetensors", "phase-2.safetensors", "phase-3.safetensors");
    two = farm.worker("two", USUAL);
    api.awaitWorker("two", "ready");
  }

  @AfterAll
  void stop() {
    farm.close();
  }

  /** Whoever was lost in a test comes again for the next. */
  @AfterEach
  void makeWhole() throws IOException {
    if (!coordinator.isAlive()) {
      coordinator = farm.coordinator();
    }
    if (!one.isAlive()) {
      one = farm.worker("one", USUAL);
    }
    if (!two.isAlive()) {
      two = farm.worker("two", USUAL);
    }
    api.awaitWorker("one", "ready");
    api.awaitWorker("two", "ready");
  }

  @Test
  void runsAgainElsewhere_whenAWorkerIsKilledInMidBatch() throws Exception {
    String job = inTheMiddle();

    Instant killed = two.signal("KILL");

    assertThat(api.awaitBits(job)).isEqualTo(undisturbed);
    Instant missed = coordinator.when("event=worker-lost worker=two", killed);
    assertThat(Duration.between(killed, missed)).isLessThan(MOST_LOST);
  }

  @Test
  void goesOn_whenTheCoordinatorWasKilled() throws Exception {
    String job = inTheMiddle();

    coordinator.signal("KILL");
    coordinator.awaitExit();
    coordinator = farm.coordinator();

    assertThat(api.awaitBits(job)).isEqualTo(undisturbed);
    assertThat(one.count("event=model-loaded")).isEqualTo(1);
    assertThat(two.count("event=model-loaded")).isEqualTo(1);
  }

  @Test
  void finishesAndSaysGoodbye_whenAWorkerIsTerminated() throws Exception {
    String job = inTheMiddle();

    two.signal("TERM");

    assertThat(two.awaitExit()).isZero();
    assertThat(two.log()).noneMatch(line -> line.contains("work-failed"));
    assertThat(api.awaitBits(job)).isEqualTo(undisturbed);
  }

  @Test
  void goesOn_whenTheCoordinatorWasTerminated() throws Exception {
    String job = inTheMiddle();

    coordinator.signal("TERM");

    assertThat(coordinator.awaitExit()).isZero();
    assertThat(coordinator.count("event=coordinator-stopped")).isEqualTo(1);
    coordinator = farm.coordinator();
    assertThat(api.awaitBits(job)).isEqualTo(undisturbed);
  }

  @Test
  void goesOnWithoutIt_whenAWorkerStandsStill_andTakesItBack() throws Exception {
    String job = inTheMiddle();

    two.signal("STOP");
    Instant stopped = Instant.now();
    assertThat(api.awaitBits(job)).isEqualTo(undisturbed);
    pass(LONG_PAUSE.minus(Duration.between(stopped, Instant.now())));
    two.signal("CONT");

    two.awaitLog("event=joined", 2);
    assertThat(two.count("event=model-loaded")).isEqualTo(1);
  }

  @Test
  void goesOn_whenTheCoordinatorStoodStill() throws Exception {
    String job = inTheMiddle();

    coordinator.signal("STOP");
    pass(LONG_PAUSE);
    coordinator.signal("CONT");

    assertThat(api.awaitBits(job)).isEqualTo(undisturbed);
  }

  @Test
  void waitsForNobody_whenAWorkerIsSlow_andPutsAsideWhoKeepsFailing() throws Exception {
    FarmNode slow = farm.worker("slow", USUAL + ",slow=10");
    FarmNode broken = farm.worker("broken", USUAL + ",nan-every=1");
    api.awaitWorker("slow", "ready");
    api.awaitWorker("broken", "ready");

    Map<String, String> bits = api.awaitBits(api.submit(PICTURE));

    assertThat(bits).isEqualTo(undisturbed);
    api.awaitWorker("broken", "aside");
    assertThat(api.worker("broken").path("reason").asText()).isNotEmpty();
    for (FarmNode node : new FarmNode[] {slow, broken}) {
      node.signal("TERM");
      assertThat(node.awaitExit()).isZero();
      api.awaitGone(node.name());
    }
  }

  @Test
  void takesNoHarm_whenAConnectionIsCut_andHealedLater() throws Exception {
    String own = FarmProcesses.freeAddress();
    try (TcpProxy wire = new TcpProxy(own)) {
      FarmNode remote = farm.worker("remote", USUAL, "--bind", own, "--advertise", wire.address());
      api.awaitWorker("remote", "ready");
      String job = inTheMiddle();

      wire.cut();
      api.awaitGone("remote");
      wire.mend();

      assertThat(api.awaitBits(job)).isEqualTo(undisturbed);
      api.awaitWorker("remote", "ready");
      assertThat(remote.count("event=model-loaded")).isEqualTo(1);
      remote.signal("TERM");
      assertThat(remote.awaitExit()).isZero();
    }
  }

  private String inTheMiddle() throws Exception {
    String job = api.submit(PICTURE);
    api.awaitPhase(job, 3);
    return job;
  }

  /** A pause is what is tried here. */
  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
