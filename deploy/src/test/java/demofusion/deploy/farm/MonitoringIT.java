package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import demofusion.deploy.Dashboards;
import demofusion.deploy.Dashboards.Question;
import java.io.File;
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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 *       ▲ every expression of deploy/grafana and deploy/prometheus
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
  private static final Map<String, Object> ENDLESS =
      Map.of("prompt", "the open sea", "size", "512x512", "steps", 50, "seed", 7, "viewBatch", "1");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What takes a full disk, a large farm or a stranger; promtool's cases have to do for them. */
  private static final Set<String> NOT_PROVOKED =
      Set.of("DemofusionDiskNearlyFull", "DemofusionBarrierShareHigh", "DemofusionMessagesRefused");

  @TempDir static Path folder;

  private final List<String> targets = new ArrayList<>();
  private FarmProcesses farm;
  private RealPrometheus prometheus;
  private FarmNode coordinator;
  private FarmNode one;
  private FarmNode two;
  private FarmNode broken;

  @BeforeAll
  void start() throws Exception {
    String missing = RealPrometheus.missing();
    if (!missing.isEmpty()) {
      System.out.println("NOT RUN: the dashboards were not asked of a real Prometheus: " + missing);
    }
    assumeTrue(missing.isEmpty(), missing);
    farm = new FarmProcesses(folder, "monitoring");
    coordinator = farm.coordinator("--jobs-at-once", "1", "--metrics", target());
    one = farm.worker("one", "millis=20", "--metrics", target());
    two = farm.worker("two", "millis=30", "--metrics", target());
    broken = farm.worker("broken", "millis=20,nan-every=1", "--metrics", target());
    for (String name : List.of("one", "two", "broken")) {
      farm.api().awaitWorker(name, "ready");
    }
    prometheus = new RealPrometheus(Files.createDirectory(folder.resolve("prometheus")), targets);
    Await.until(
        "it looks at all nodes", PATIENCE, () -> prometheus.answers("sum(up) == 4"), () -> "");
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
    farm.api().awaitBits(farm.api().submit(SMALL));
    farm.api().submit(ENDLESS);

    List<Question> open = new ArrayList<>(Dashboards.questions());
    assertThat(open).hasSizeGreaterThan(50);
    Await.until(
        "every panel has an answer",
        PATIENCE,
        () -> {
          open.removeIf(question -> prometheus.answers(asked(question.expression())));
          return open.isEmpty();
        },
        () -> open.stream().map(Question::toString).collect(Collectors.joining("\n")));
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
  @Order(5)
  void wakesSomebody_whenAWorkerAnswersNonsense() {
    prometheus.awaitFiring("DemofusionResultsNotFinite", "DemofusionWorkersAside");
  }

  @Test
  @Order(6)
  void wakesSomebody_whenWorkersAreLost_andNothingGoesOn() throws Exception {
    farm.api().submit(SMALL); // waits for the other

    two.signal("KILL");
    one.signal("STOP");

    prometheus.awaitFiring(
        "DemofusionWorkerLost",
        "DemofusionNoProgress",
        "DemofusionCheckpointOld",
        "DemofusionQueueOld");
  }

  @Test
  @Order(7)
  void wakesSomebody_whenNoWorkerHasTheModel_orThereIsNoCoordinator() throws Exception {
    broken.signal("KILL"); // put aside, but it had the model
    prometheus.awaitFiring("DemofusionJobsPaused");

    coordinator.signal("KILL");

    prometheus.awaitFiring("DemofusionCoordinatorMissing");
  }

  @Test
  @Order(8)
  void everyAlertWasProvoked_orIsListed() {
    Set<String> all = Dashboards.alerts().keySet();
    Set<String> provoked =
        Set.of(
            "DemofusionResultsNotFinite",
            "DemofusionWorkersAside",
            "DemofusionWorkerLost",
            "DemofusionNoProgress",
            "DemofusionCheckpointOld",
            "DemofusionQueueOld",
            "DemofusionJobsPaused",
            "DemofusionCoordinatorMissing");

    assertThat(Stream.concat(provoked.stream(), NOT_PROVOKED.stream()))
        .containsExactlyInAnyOrderElementsOf(all);
  }
}
