package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import demofusion.deploy.Dashboards;
import demofusion.deploy.Dashboards.Question;
import demofusion.deploy.packaging.HelmChart;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real farm with faults, a real Prometheus that looks at it, and every question that a panel or
 * an alert asks:
 *
 * <pre>
 *   Prometheus ── /metrics ──▶ coordinator ◀──▶ one, two, broken (answers NaN)
 *       ▲             │             ▲
 *       │             │             └── stranger (what it says is no message)
 *       │             ├──────────▶ another coordinator, on a disk that is nearly full
 *       │             └──────────▶ a stand-in of two workers on GPUs, and of dcgm-exporter
 *       │ every expression of deploy/grafana and deploy/prometheus
 *      test
 * </pre>
 *
 * <p>Needs Debian's package prometheus; without it these tests are skipped and say so. That metrics
 * have the names that are asked for, MetricNamesTest checks without it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MonitoringIT {
  private static final Map<String, Object> SMALL =
      Map.of("prompt", "a lighthouse", "size", "128x128", "steps", 4, "seed", 7, "viewBatch", "1");

  /**
   * In phase 2 one of two equal workers has 24 of a timestep's 25 windows in one unit, the other
   * has the last, and then nothing more to do.
   */
  private static final Map<String, Object> LOPSIDED =
      Map.of(
          "prompt",
          "the open sea",
          "size",
          "512x512",
          "steps",
          150,
          "seed",
          7,
          "stride",
          2,
          "dilated",
          false,
          "viewBatch",
          "24");

  private static final Duration PATIENCE = Await.LONG;

  @TempDir static Path folder;

  private final List<String> targets = new ArrayList<>();
  private final String smallDisks = FarmProcesses.freeAddress();
  private final Set<String> provoked = new TreeSet<>();

  /**
   * What this machine does not allow, where promtool's cases have to do; lies, since nobody audits
   * here: LyingWorkerIT has such a farm; and an object store, which ResultsIT has.
   */
  private final Set<String> notProvoked =
      new TreeSet<>(
          Set.of(
              "DemofusionWorkerLies",
              "DemofusionAuditLogFailed",
              "DemofusionResultsNotStored",
              "DemofusionResultsNotRead"));

  private FarmProcesses farm;
  private FarmApi api;
  private GpuExporter gpus;
  private RealPrometheus prometheus;
  private FarmNode coordinator;
  private FarmNode one;
  private FarmNode two;
  private FarmNode broken;
  private @Nullable FarmNode smallDisk;

  @BeforeAll
  void start() throws Exception {
    String missing = RealPrometheus.missing();
    if (!missing.isEmpty()) {
      System.out.println("NOT RUN: the dashboards were not asked of a real Prometheus: " + missing);
    }
    assumeTrue(missing.isEmpty(), missing);
    farm = new FarmProcesses(folder, "monitoring");
    Path tokens = folder.resolve("tokens");
    String budget = "0.001h/month"; // less than the pictures take
    api =
        farm.api(farm.token("ann", "operate", tokens, "--budget", budget, "--over-budget", "warn"));
    coordinator =
        farm.coordinator(
            "--jobs-at-once", "1", "--metrics", target(), "--tokens", tokens.toString());
    one = farm.worker("one", "millis=20", "--metrics", target());
    two = farm.worker("two", "millis=20", "--metrics", target());
    broken = farm.worker("broken", "millis=20,nan-every=1", "--metrics", target());
    for (String name : List.of("one", "two", "broken")) {
      api.awaitWorker(name, "ready");
    }
    gpus = new GpuExporter(target());
    List<String> all = new ArrayList<>(targets);
    all.add(smallDisks);
    prometheus = new RealPrometheus(Files.createDirectory(folder.resolve("prometheus")), all);
    Await.until(
        "it looks at all nodes", PATIENCE, () -> prometheus.answers("sum(up) == 5"), () -> "");
  }

  private String target() {
    String address = FarmProcesses.freeAddress();
    targets.add(address);
    return address;
  }

  @AfterAll
  void stop() {
    if (prometheus != null) {
      prometheus.close();
    }
    if (gpus != null) {
      gpus.close();
    }
    if (farm != null) {
      farm.close();
    }
  }

  @Test
  @Order(1)
  void rulesAndTheirCasesAreSound() throws Exception {
    File nothing = new File("/dev/null");
    String rules = Dashboards.PROMETHEUS.resolve("rules/demofusion.yml").toString();
    RealPrometheus.promtool(nothing, "check", "rules", "--lint=all", "--lint-fatal", rules);
    RealPrometheus.promtool(
        nothing, "check", "config", Dashboards.PROMETHEUS.resolve("prometheus.yml").toString());

    assertThat(
            RealPrometheus.promtool(
                nothing,
                "test",
                "rules",
                Dashboards.PROMETHEUS.resolve("tests/demofusion.yml").toString()))
        .contains("SUCCESS");
  }

  @Test
  @Order(2)
  void everyPanelHasAnAnswer_whileAFarmDraws() throws Exception {
    api.awaitBits(api.submit(SMALL));
    submitMore();

    List<Question> open = new ArrayList<>(Dashboards.questions());
    assertThat(open).hasSizeGreaterThan(50);
    open.add(new Question("the chart", "autoscaling", "(" + scaling() + ") > 0"));
    Await.until(
        "every panel has an answer",
        PATIENCE,
        () -> {
          open.removeIf(question -> prometheus.answers(asked(question.expression())));
          return open.isEmpty();
        },
        () -> open.stream().map(Question::toString).collect(Collectors.joining("\n")));
  }

  /** A picture, and another that waits for it. */
  private void submitMore() throws Exception {
    api.submit(LOPSIDED);
    api.submit(SMALL);
  }

  /** What the Helm chart has KEDA ask. */
  private static String scaling() throws IOException {
    return HelmChart.rendered(
            Files.createDirectory(folder.resolve("chart")),
            "workers: {gpu: {autoscaling: {enabled: true}}}")
        .scalingQuestion()
        .replace("namespace=\"farm\"", "");
  }

  /** As Grafana puts it, with a time that suits looks of one second. */
  private static String asked(String expression) {
    return expression
        .replace("$__rate_interval", "15s")
        .replace("$__range", "5m")
        .replace("$worker", ".+");
  }

  @Test
  @Order(3)
  void everyAlertHasAnAnswer() {
    Map<String, String> open = Dashboards.alerts();
    open.remove("DemofusionCoordinatorMissing"); // has none as long as there is a coordinator
    open.replaceAll(
        (name, rule) -> RealPrometheus.faster(rule).replaceAll(" ([<>]|==) ", " $1 bool "));

    Await.until(
        "every alert has an answer",
        PATIENCE,
        () -> {
          open.values().removeIf(prometheus::answers);
          return open.isEmpty();
        },
        open::toString);
  }

  @Test
  @Order(4)
  void metricsAreNamedAsPrometheusHasThem() throws Exception {
    for (String target : targets) {
      File metrics = File.createTempFile("metrics", null);
      Files.writeString(metrics.toPath(), scrape(target));

      // What the JVM's and the process's own are called is not ours to say.
      List<String> complaints =
          complaints(metrics).filter(line -> line.startsWith("demofusion")).toList();
      assertThat(complaints).isEmpty();
    }
  }

  private static Stream<String> complaints(File metrics) throws Exception {
    try {
      return RealPrometheus.promtool(metrics, "check", "metrics").lines();
    } catch (AssertionError e) {
      return e.getMessage().lines();
    }
  }

  private static String scrape(String target) throws Exception {
    URI url = URI.create("http://" + target + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  @Order(4)
  void cardsOfAnotherExporterAreThoseOfWorkers() {
    List<String> questions =
        Dashboards.text(Path.of("guides/gpus.md"))
            .lines()
            .filter(line -> line.startsWith("    label_replace(DCGM_"))
            .toList();

    assertThat(questions).isNotEmpty();
    for (String question : questions) {
      Await.until(
          question,
          PATIENCE,
          () -> prometheus.answers("count(" + question.strip() + ") == 2"),
          () -> "");
    }
  }

  @Test
  @Order(5)
  void wakesSomebody_whenAGpuIsHotAndSlowAndHasErrors() {
    assertThat(prometheus.firing()).noneMatch(alert -> alert.startsWith("DemofusionGpu"));

    gpus.getsIll();

    awaitFiring(
        "DemofusionGpuThrottled",
        "DemofusionGpuSlowerThanPeers",
        "DemofusionGpuEccErrors",
        "DemofusionGpuXidErrors");
  }

  @Test
  @Order(5)
  void wakesSomebody_whenAWorkerAnswersNonsense() {
    awaitFired("DemofusionResultsNotFinite", "DemofusionWorkersAside");
  }

  @Test
  @Order(5)
  void wakesSomebody_whenABudgetIsUsed() {
    awaitFiring("DemofusionBudgetLow");
  }

  @Test
  @Order(6)
  void wakesSomebody_whenTheDiskIsNearlyFull() throws Exception {
    Path data = folder.resolve("small-disk");
    Optional<SmallDisk> disk = SmallDisk.at(data);
    if (disk.isEmpty()) {
      System.out.println("NOT RUN: no small disk can be mounted here, which takes namespaces");
      notProvoked.add("DemofusionDiskNearlyFull");
    }
    assumeTrue(disk.isPresent(), "no small disk can be mounted here, which takes namespaces");

    smallDisk = farm.coordinatorOn(disk.orElseThrow(), data, "--metrics", smallDisks);

    awaitFiring("DemofusionDiskNearlyFull");
  }

  @Test
  @Order(7)
  void wakesSomebody_whenBytesComeThatAreNoMessage() {
    try (UnknownPeer stranger = new UnknownPeer()) {
      stranger.tell(farm.address(), "good day");

      awaitFiring("DemofusionMessagesRefused");
    }
  }

  @Test
  @Order(8)
  void wakesSomebody_whenWorkersWaitForEachOther() {
    awaitFired("DemofusionBarrierShareHigh");
  }

  @Test
  @Order(9)
  void wakesSomebody_whenWorkersAreLost_andNothingGoesOn() throws Exception {
    submitMore(); // what was submitted before may be done
    two.signal("KILL");
    one.signal("STOP");

    awaitFiring(
        "DemofusionWorkerLost",
        "DemofusionNoProgress",
        "DemofusionCheckpointOld",
        "DemofusionQueueOld");
  }

  @Test
  @Order(10)
  void wakesSomebody_whenNoWorkerHasTheModel_orThereIsNoCoordinator() throws Exception {
    broken.signal("KILL"); // quarantined, but it had the model
    awaitFiring("DemofusionJobsPaused", "DemofusionNoWorkers");

    coordinator.signal("KILL");
    if (smallDisk != null) {
      smallDisk.signal("KILL");
    }

    awaitFiring("DemofusionCoordinatorMissing");
  }

  private void awaitFired(String... alerts) {
    prometheus.awaitFired(alerts);
    provoked.addAll(List.of(alerts));
  }

  private void awaitFiring(String... alerts) {
    prometheus.awaitFiring(alerts);
    provoked.addAll(List.of(alerts));
  }

  @Test
  @Order(11)
  void everyAlertWasProvoked_orIsListed() {
    assertThat(Stream.concat(provoked.stream(), notProvoked.stream()))
        .containsExactlyInAnyOrderElementsOf(Dashboards.alerts().keySet());
  }
}
