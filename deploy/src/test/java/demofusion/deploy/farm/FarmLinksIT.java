package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between each worker and its coordinator alone: what is typed, what is reached, who is heard. */
class FarmLinksIT {
  /** Longer than workers once stayed that were lost because of each other. */
  private static final long WATCHED_SECONDS = 20;

  private static final int AT_ONCE = 8;

  /** After so long a worker asks why it is not let in. */
  private static final Duration DOUBTFUL = Duration.ofSeconds(5);

  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "64x64", "steps", 1);
  private static final int TO_LOAD_MILLIS = 15_000;

  @TempDir Path folder;
  private FarmProcesses farm;

  @BeforeEach
  void start() throws Exception {
    farm = new FarmProcesses(folder, "farm-links");
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  @Test
  void joins_alsoByAnotherNameThanTheCoordinatorGoesBy() throws Exception {
    FarmNode coordinator = farm.coordinator();
    String port = port(farm.address());

    FarmNode worker = farm.worker("one", "millis=5", "--join", "LocalHost:" + port);

    coordinator.awaitLog("event=worker-ready worker=one", 1);
    worker.awaitLog("event=coordinator-known-as typed=[localhost:" + port + "]", 1);
    assertThat(coordinator.count("event=coordinator-misnamed")).isEqualTo(1);
    assertNoDoubt(worker);
  }

  /** As compose and swarm name services, which only their own networks can look up. */
  @Test
  void joins_fromAHostWithAnUnderscoreToAnother() throws Exception {
    FarmNode coordinator = farm.coordinator();
    String port = port(farm.address());
    Path hosts =
        Files.writeString(
            folder.resolve("hosts"), "127.0.0.1 localhost render_coordinator gpu_worker\n");
    List<String> line = new ArrayList<>(List.of("worker", "--name", "one", "--synthetic"));
    line.addAll(List.of(RenderedAlone.SYNTHETIC + ",millis=5", "--bind", "gpu_worker:0"));
    line.addAll(List.of("--join", "render_coordinator:" + port));

    FarmNode worker =
        farm.start("one", line, Map.of("DEMOFUSION_JAVA_OPTS", "-Djdk.net.hosts.file=" + hosts));

    coordinator.awaitLog("event=worker-ready worker=one", 1);
    assertNoDoubt(worker);
    assertThat(worker.count("ERROR")).isZero();
  }

  @Test
  void joinsOverIpv6_onEitherWay() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this machine has no IPv6");
    String[] ports = {port(FarmProcesses.freeAddress()), port(FarmProcesses.freeAddress())};
    List<String> head = new ArrayList<>(List.of("coordinator", "--data", farm.data().toString()));
    head.addAll(List.of("--bind", "[::1]:" + ports[0], "--http", "[::1]:" + ports[1]));
    FarmNode coordinator = farm.start("coordinator", head);
    coordinator.awaitLog("event=coordinator-ready", 1);

    farm.worker("near", "millis=5", "--join", "[::1]:" + ports[0], "--bind", "[::1]:0");
    farm.worker("dials", "millis=5", "--join", "http://[::1]:" + ports[1]);

    coordinator.awaitLog("event=worker-ready worker=near", 1);
    coordinator.awaitLog("event=worker-ready worker=dials", 1);
  }

  /**
   * Whoever is let in within seconds has no reason to look for one; a busy machine takes longer.
   */
  private static void assertNoDoubt(FarmNode worker) {
    Instant loaded = worker.when("event=model-loaded", Instant.EPOCH);
    Instant joined = worker.awaitWhen("event=joined", Instant.EPOCH);
    long doubts = Duration.between(loaded, joined).compareTo(DOUBTFUL) < 0 ? 0 : 1;
    assertThat(worker.count("event=not-joined")).isLessThanOrEqualTo(doubts);
  }

  private static String port(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  @Test
  void letsARequestWait_whileAWorkerThatWasStartedByItselfLoadsItsModel() throws Exception {
    farm.coordinator();
    FarmNode reached = farm.worker("one", "load-millis=" + TO_LOAD_MILLIS);
    farm.api().submitWhileLoading(PICTURE, reached);
  }

  @Test
  void saysOnBothSides_whichAddressOfAWorkerLeadsNowhere() throws Exception {
    FarmNode coordinator = farm.coordinator();
    String nowhere = FarmProcesses.freeAddress();

    FarmNode worker =
        farm.worker(
            "one", "millis=5", "--bind", FarmProcesses.freeAddress(), "--advertise", nowhere);

    for (FarmNode node : List.of(coordinator, worker)) {
      node.awaitLog(nowhere, 1);
      node.awaitLog("--join https://", 1);
    }
    assertThat(coordinator.count("event=worker-unreachable address=" + nowhere)).isEqualTo(1);
    assertThat(worker.count("event=not-joined")).isEqualTo(1);
  }

  @Test
  void takesAWorkerOnAgain_withTheModelThatItHas_afterItStoodStillForLong() throws Exception {
    FarmNode coordinator = farm.coordinator();
    FarmNode worker = farm.worker("one", "millis=5");
    coordinator.awaitLog("event=worker-ready worker=one", 1);

    Instant stopped = worker.signal("STOP");
    coordinator.awaitWhen("event=worker-silent worker=one", stopped);
    coordinator.awaitWhen("event=worker-lost worker=one", stopped);
    Instant continued = worker.signal("CONT");
    coordinator.awaitWhen("event=worker-ready worker=one", continued);

    assertThat(worker.count("event=model-loaded")).isEqualTo(1);
    assertThat(worker.count("event=joining")).isEqualTo(1);
  }

  @Test
  void losesNobody_whenManyStartAtOnce() throws Exception {
    FarmNode coordinator = farm.coordinator();

    List<FarmNode> workers = new ArrayList<>();
    for (int n = 0; n < AT_ONCE; n++) {
      workers.add(farm.worker("w" + n, "millis=5"));
    }

    coordinator.awaitLog("event=worker-ready", AT_ONCE);
    TimeUnit.SECONDS.sleep(WATCHED_SECONDS); // what is tried here is that nothing happens
    assertThat(coordinator.count("event=worker-ready")).isEqualTo(AT_ONCE);
    assertThat(coordinator.count("event=worker-lost")).isZero();
    for (FarmNode worker : workers) {
      assertThat(worker.count("event=coordinator-lost")).isZero();
    }
  }

  @Test
  void losesNobody_whenWorkersDoNotSeeEachOther() throws Exception {
    assumeTrue(
        TwoSites.arePossible(), "network namespaces need root and ip (Debian's iproute2): skipped");
    try (TwoSites sites = new TwoSites()) {
      String address = TwoSites.COORDINATOR + ":25520";
      List<String> head = new ArrayList<>(List.of("coordinator", "--data", farm.data().toString()));
      head.addAll(List.of("--bind", address, "--http", "127.0.0.1:7980", "--insecure"));
      FarmNode coordinator = farm.start("coordinator", sites.coordinator(), head, Map.of());
      coordinator.awaitLog("event=coordinator-ready", 1);
      for (int site = 1; site <= 2; site++) {
        List<String> line = new ArrayList<>(List.of("worker", "--name", "w" + site));
        line.addAll(List.of("--synthetic", RenderedAlone.SYNTHETIC + ",millis=5", "--insecure"));
        line.addAll(List.of("--join", address, "--bind", TwoSites.address(site) + ":25520"));
        farm.start("w" + site, sites.worker(site), line, Map.of());
      }

      coordinator.awaitLog("event=worker-ready", 2);
      TimeUnit.SECONDS.sleep(WATCHED_SECONDS); // what is tried here is that nothing happens

      assertThat(coordinator.count("event=worker-ready")).isEqualTo(2);
      assertThat(coordinator.count("event=worker-silent")).isZero();
      assertThat(coordinator.count("event=worker-lost")).isZero();
    }
  }
}
