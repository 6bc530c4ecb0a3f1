package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One farm of real processes, and everything that can go wrong with it, one after the other. After
 * each fault the picture and all latents have the bits that one machine alone gives them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FarmFaultsIT {
  private static final int STEPS = 8;

  /** Of three phases, the last of which takes some seconds. */
  private static final Map<String, Object> PICTURE =
      Map.of(
          "prompt", "a lighthouse", "size", "192x192", "steps", STEPS, "seed", 7, "viewBatch", "1");

  private static final Duration MOST_LOST = Duration.ofSeconds(6);
  private static final Duration BACK_AGAIN = Duration.ofSeconds(15);

  /** Long enough for the others to go on alone for good; {@code -Ddemofusion.pause=30} for more. */
  private static final Duration LONG_PAUSE =
      Duration.ofSeconds(Integer.getInteger("demofusion.pause", 14));

  /** Too short for that: whoever stood still is only late. */
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(5);

  private static final Pattern LEASE =
      Pattern.compile(
          "event=lease .*lease=(?<batch>\\S+)\\.\\d+ worker=(?<worker>\\S+) copy=(?<copy>\\S+)");

  private static final String USUAL = "millis=15";

  /** More than it can take until a worker that is there gets something to do. */
  private static final int MOST_PICTURES = 20;

  @TempDir static Path folder;

  private FarmProcesses farm;
  private FarmApi api;
  private FarmNode coordinator;
  private FarmNode one;
  private FarmNode two;
  private Map<String, String> alone;

  @BeforeAll
  void drawAlone_andUndisturbed() throws Exception {
    farm = new FarmProcesses(folder, "faults");
    coordinator = farm.coordinator();
    api = farm.api();
    one = farm.worker("one", USUAL);
    api.awaitWorker("one", "ready");
    String job = api.submit(PICTURE);
    alone = RenderedAlone.bits(api.folder(job), folder.resolve("alone"));
    assertThat(alone)
        .containsOnlyKeys(
            "image.png", "phase-1.safetensors", "phase-2.safetensors", "phase-3.safetensors");
    assertThat(api.awaitBits(job)).isEqualTo(alone);
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
    String job = inTheMiddleOfABatch("two");

    Instant killed = two.signal("KILL");

    assertThat(api.awaitBits(job)).isEqualTo(alone);
    Instant missed = coordinator.awaitWhen("event=worker-silent worker=two", killed);
    assertThat(Duration.between(killed, missed)).isLessThan(Await.onThisMachine(MOST_LOST));
  }

  @Test
  void continues_whenTheCoordinatorWasKilled() throws Exception {
    String job = inTheMiddle();
    int done = api.timestepsDone(job, STEPS);

    Instant killed = coordinator.signal("KILL");
    coordinator.awaitExit();
    coordinator = farm.coordinator();

    assertThat(api.awaitBits(job)).isEqualTo(alone);
    assertThat(timestepsAtHand(job)).isGreaterThanOrEqualTo(done - 1);
    Instant ready = coordinator.when("event=coordinator-ready", killed);
    for (FarmNode worker : new FarmNode[] {one, two}) {
      assertThat(Duration.between(ready, worker.awaitWhen("event=joined", killed)))
          .isLessThan(Await.onThisMachine(BACK_AGAIN));
    }
    assertThat(one.count("event=model-loaded")).isEqualTo(1);
    assertThat(two.count("event=model-loaded")).isEqualTo(1);
  }

  @Test
  void finishesAndSaysGoodbye_whenAWorkerIsTerminated() throws Exception {
    String job = inTheMiddleOfABatch("two");

    two.signal("TERM");

    assertThat(two.awaitExit()).isZero();
    assertThat(two.count("event=draining")).isEqualTo(1);
    assertThat(two.log()).noneMatch(line -> line.contains("work-failed"));
    assertThat(api.awaitBits(job)).isEqualTo(alone);
  }

  @Test
  void continues_whenTheCoordinatorWasTerminated() throws Exception {
    String job = inTheMiddle();
    int done = api.timestepsDone(job, STEPS);

    coordinator.signal("TERM");

    assertThat(coordinator.awaitExit()).isZero();
    assertThat(coordinator.count("event=coordinator-stopped")).isEqualTo(1);
    coordinator = farm.coordinator();
    assertThat(api.awaitBits(job)).isEqualTo(alone);
    assertThat(timestepsAtHand(job)).isGreaterThanOrEqualTo(done - 1);
  }

  @Test
  void continuesWithoutIt_whenAWorkerStandsStill_andTakesItBack() throws Exception {
    String job = inTheMiddle();

    two.signal("STOP");
    Instant stopped = Instant.now();
    assertThat(api.awaitBits(job)).isEqualTo(alone);
    pass(LONG_PAUSE.minus(Duration.between(stopped, Instant.now())));
    two.signal("CONT");

    // Whether it joins again or is only heard again is up to the last answer on its way to it.
    assertThat(api.awaitBits(inTheMiddleOfABatch("two"))).isEqualTo(alone);
    assertThat(two.count("event=model-loaded")).isEqualTo(1);
    assertThat(two.count("event=joining")).as("one system for all that time").isEqualTo(1);
  }

  @Test
  void countsNoAnswerTwice_whenAWorkerIsLate() throws Exception {
    String job = inTheMiddleOfABatch("two");

    two.signal("STOP");
    pass(SHORT_PAUSE);
    two.signal("CONT");

    assertThat(api.awaitBits(job)).isEqualTo(alone);
  }

  @Test
  void pausesWhileTheDiskIsFull_andGoesOnWhenThereIsRoom() throws Exception {
    String job = inTheMiddle();

    fillTheDisk(api.folder(job));

    JsonNode paused =
        api.await(job, "is paused", view -> view.path("state").asText().equals("paused"));
    assertThat(paused.path("code").asText()).isEqualTo("DISK_FULL");
    assertThat(paused.path("reason").asText())
        .startsWith("the disk is full (")
        .contains("the job continues when there is space");
    assertThat(api.awaitBits(job)).isEqualTo(alone);
  }

  /** As far as the next checkpoint is concerned; this file says what a full disk says, once. */
  private static void fillTheDisk(Path job) {
    Path aside = job.resolve(".checkpoint.safetensors.part");
    Await.until(
        "there is a moment without a checkpoint in the making",
        Await.LONG,
        () -> {
          try {
            Files.createSymbolicLink(aside, Path.of("/dev/full"));
            return true;
          } catch (FileAlreadyExistsException e) {
            return false;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        aside::toString);
  }

  @Test
  void continues_whenTheCoordinatorStoodStill() throws Exception {
    String job = inTheMiddle();

    coordinator.signal("STOP");
    pass(LONG_PAUSE);
    coordinator.signal("CONT");

    assertThat(api.awaitBits(job)).isEqualTo(alone);
  }

  @Test
  void waitsForNobody_whenAWorkerIsSlow_andPutsAsideWhoKeepsFailing() throws Exception {
    FarmNode slow = farm.worker("slow", USUAL + ",slow=10");
    FarmNode broken = farm.worker("broken", USUAL + ",nan-every=1");
    api.awaitWorker("slow", "ready");
    api.awaitWorker("broken", "ready");

    drawUntil(() -> wasGivenToAnother(slow));
    drawUntil(() -> api.worker("broken").path("state").asText().equals("aside"));
    assertThat(api.worker("broken").path("reason").asText()).contains("NaN");
    api.readmit("broken");
    api.awaitWorker("broken", "ready");
    for (FarmNode node : new FarmNode[] {slow, broken}) {
      node.signal("TERM");
      assertThat(node.awaitExit()).isZero();
      api.awaitGone(node.name());
    }
  }

  /** How many pictures it takes until something has happened is up to the machine. */
  private void drawUntil(BooleanSupplier hasHappened) throws Exception {
    long deadline = System.nanoTime() + Await.LONG.toNanos();
    do {
      assertThat(api.awaitBits(api.submit(PICTURE))).isEqualTo(alone);
    } while (!hasHappened.getAsBoolean() && System.nanoTime() < deadline);

    assertThat(hasHappened)
        .as(api.get("/v1/workers").toString())
        .matches(BooleanSupplier::getAsBoolean);
  }

  /** Whether a worker had a batch that nobody waited for: another was given a copy of it. */
  private boolean wasGivenToAnother(FarmNode worker) {
    List<Matcher> leases =
        coordinator.log().stream().map(LEASE::matcher).filter(Matcher::find).toList();
    Set<String> held =
        leases.stream()
            .filter(lease -> lease.group("worker").equals(worker.name()))
            .map(lease -> lease.group("batch"))
            .collect(Collectors.toSet());
    return leases.stream()
        .anyMatch(
            lease ->
                lease.group("copy").equals("true")
                    && !lease.group("worker").equals(worker.name())
                    && held.contains(lease.group("batch")));
  }

  @Test
  void takesNoHarm_whenAConnectionIsCut_andHealedLater() throws Exception {
    String own = FarmProcesses.freeAddress();
    try (TcpProxy wire = new TcpProxy(own)) {
      FarmNode remote = farm.worker("remote", USUAL, "--bind", own, "--advertise", wire.address());
      api.awaitWorker("remote", "ready");
      String job = inTheMiddle();

      wire.cut();
      wire.mend();
      assertThat(api.awaitBits(job)).isEqualTo(alone);
      job = inTheMiddle();
      wire.cut();
      api.awaitGone("remote");
      wire.mend();

      assertThat(api.awaitBits(job)).isEqualTo(alone);
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

  /** The same while a worker has a batch of it, in as many pictures as that takes. */
  private String inTheMiddleOfABatch(String worker) throws Exception {
    for (int pictures = 0; pictures < MOST_PICTURES; pictures++) {
      String job = inTheMiddle();
      if (api.awaitBatch(job, worker)) {
        return job;
      }
    }
    throw new AssertionError(
        worker + " got nothing of " + MOST_PICTURES + " pictures: " + api.worker(worker));
  }

  /** How far a job was when this coordinator took it up. */
  private int timestepsAtHand(String job) {
    return Integer.parseInt(coordinator.said("event=job-planned job=" + job, "done"));
  }

  /** A pause is what is tried here. */
  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
