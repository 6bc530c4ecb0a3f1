package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import demofusion.deploy.Dashboards;
import demofusion.deploy.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The chart, rendered by Helm and read against the program and its settings; needs no cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HelmChartTest {
  @TempDir static Path charts;
  @TempDir Path folder;

  private HelmChart chart;
  private HelmChart scaledChart;

  @BeforeAll
  void render() throws IOException {
    chart = HelmChart.rendered(Files.createDirectory(charts.resolve("plain")), "{}");
    scaledChart =
        HelmChart.rendered(
            Files.createDirectory(charts.resolve("scaled")),
            """
            workers: {gpu: {autoscaling: {enabled: true}}}
            tls: {secret: tls}
            ingress: {enabled: true}
            """);
  }

  @Test
  void satisfiesHelm() throws IOException {
    LintResult said = HelmChart.lint(folder);

    assertThat(said.isFailed()).as("%s", said.getMessages()).isFalse();
  }

  @Test
  void refusesValuesThatThereAreNot() {
    assertThatThrownBy(() -> HelmChart.rendered(folder, "coordinator: {replicas: 2}"))
        .hasMessageContaining("replicas");
    assertThatThrownBy(() -> HelmChart.rendered(folder, "workers: {h200: {replicas: 2}}"))
        .hasMessageContaining("model");
  }

  @Test
  void startsWhatTheProgramUnderstands() throws IOException {
    for (HelmChart each : List.of(chart, scaledChart)) {
      for (Yaml pod : pods(each)) {
        Yaml container = pod.at("containers.0");
        KnownWords.requireCommandLine(container.at("args").texts());
        if (container.has("env")) {
          KnownWords.requireVariables(
              container.at("env").each().stream().map(variable -> variable.at("name").text()));
        }
      }
      KnownWords.requireSettings(settings(each, "coordinator"));
      KnownWords.requireSettings(settings(each, "worker"));
    }
  }

  @Test
  void takesSettingsOfTheOperators() throws IOException {
    HelmChart chart =
        HelmChart.rendered(
            folder,
            """
            coordinator: {settings: coordinator.jobs-at-once = 3}
            workers: {gpu: {settings: worker.weights = float8}}
            """);

    assertThat(KnownWords.setting(settings(chart, "coordinator"), Setting.JOBS_AT_ONCE))
        .isEqualTo("3");
    assertThat(KnownWords.setting(settings(chart, "worker"), Setting.WEIGHTS)).isEqualTo("float8");
    assertThat(KnownWords.setting(settings(chart, "worker"), Setting.DEVICE)).isEqualTo("cuda:0");
  }

  @Test
  void letsPeopleSignIn_whereThereIsAProvider() throws IOException {
    HelmChart chart =
        HelmChart.rendered(
            folder,
            """
            signIn:
              issuer: https://login.example.org/realms/studio
              secret: provider
              roles: {artists: submit, "cn=a,ou=50%": operate}
            ingress: {enabled: true, host: draw.example.org}
            """);
    Path file = settings(chart, "coordinator");

    KnownWords.requireSettings(file);
    assertThat(KnownWords.setting(file, Setting.OIDC_ISSUER))
        .isEqualTo("https://login.example.org/realms/studio");
    assertThat(KnownWords.setting(file, Setting.OIDC_ROLES))
        .isEqualTo("artists=submit,cn=a%2Cou=50%25=operate");
    assertThat(KnownWords.setting(file, Setting.PUBLIC_URL)).isEqualTo("https://draw.example.org");
    assertThat(KnownWords.setting(file, Setting.OIDC_CLIENT_SECRET))
        .isEqualTo("/etc/demofusion/sign-in/client-secret");
    Yaml pod = coordinator(chart);
    assertThat(names(pod.at("volumes"))).contains("sign-in");
    assertThat(names(pod.at("containers.0.volumeMounts"))).contains("sign-in");
    assertThat(names(coordinator(this.chart).at("volumes"))).doesNotContain("sign-in");
    assertThatThrownBy(
            () -> HelmChart.rendered(charts, "signIn: {issuer: https://a, roles: {a: work}}"))
        .hasMessageContaining("roles");
  }

  @Test
  void listensWhereTheSettingsSay() throws IOException {
    Path coordinator = settings(chart, "coordinator");
    Path worker = settings(chart, "worker");
    int nodes = KnownWords.port(coordinator, Setting.COORDINATOR_BIND);

    assertThat(port(coordinator(chart), "http"))
        .isEqualTo(KnownWords.port(coordinator, Setting.HTTP));
    assertThat(port(coordinator(chart), "nodes")).isEqualTo(nodes);
    assertThat(port(worker(chart), "nodes"))
        .isEqualTo(KnownWords.port(worker, Setting.WORKER_BIND));
    assertThat(port(coordinator(chart), "metrics"))
        .isEqualTo(KnownWords.port(coordinator, Setting.COORDINATOR_METRICS));
    assertThat(port(worker(chart), "metrics"))
        .isEqualTo(KnownWords.port(worker, Setting.WORKER_METRICS));
    Yaml set = chart.one("StatefulSet");
    String pod = set.at("metadata.name").text() + "-0." + set.at("spec.serviceName").text();
    assertThat(KnownWords.setting(worker, Setting.JOIN))
        .isEqualTo(pod + ":" + nodes)
        .isEqualTo(KnownWords.setting(coordinator, Setting.COORDINATOR_ADVERTISE));
    assertThat(
            chart.named("Service", set.at("spec.serviceName").text()).at("spec.clusterIP").text())
        .isEqualTo("None");
  }

  @Test
  void probesRoutesThatThereAre() {
    for (String probe : List.of("startupProbe", "livenessProbe")) {
      assertThat(coordinator(chart).at("containers.0." + probe + ".httpGet.path").text())
          .isEqualTo("/health/live");
      assertThat(worker(chart).at("containers.0." + probe + ".httpGet.path").text())
          .isEqualTo("/metrics");
    }
    String ready = "containers.0.readinessProbe.httpGet.";
    assertThat(coordinator(chart).at(ready + "path").text()).isEqualTo("/health/ready");
    assertThat(coordinator(chart).at(ready + "scheme").text()).isEqualTo("HTTP");
    assertThat(coordinator(scaledChart).at(ready + "scheme").text()).isEqualTo("HTTPS");
  }

  @Test
  void endsLaterThanABatch() {
    assertThat(worker(chart).at("terminationGracePeriodSeconds").number())
        .isGreaterThanOrEqualTo(300);
    assertThat(coordinator(chart).at("terminationGracePeriodSeconds").number())
        .isGreaterThanOrEqualTo(60);
  }

  @Test
  void runsAsAUserWithoutRights() {
    List<Yaml> all = new ArrayList<>(pods(scaledChart));
    all.add(scaledChart.one("Pod").at("spec")); // of helm test
    for (Yaml pod : all) {
      assertThat(pod.at("securityContext.runAsNonRoot").text()).isEqualTo("true");
      assertThat(pod.at("securityContext.runAsUser").number()).isEqualTo(10001);
      assertThat(pod.at("securityContext.seccompProfile.type").text()).isEqualTo("RuntimeDefault");
      assertThat(pod.at("automountServiceAccountToken").text()).isEqualTo("false");
      Yaml rights = pod.at("containers.0.securityContext");
      assertThat(rights.at("allowPrivilegeEscalation").text()).isEqualTo("false");
      assertThat(rights.at("readOnlyRootFilesystem").text()).isEqualTo("true");
      assertThat(rights.at("capabilities.drop").texts()).containsExactly("ALL");
    }
    assertThat(worker(chart).at("containers.0.resources.limits").keys())
        .contains("nvidia.com/gpu", "memory");
  }

  @Test
  void mountsWhatThereIs() throws IOException {
    for (HelmChart each : List.of(chart, scaledChart)) {
      for (Yaml pod : pods(each)) {
        List<String> volumes = new ArrayList<>(names(pod.at("volumes")));
        volumes.add(each.one("StatefulSet").at("spec.volumeClaimTemplates.0.metadata.name").text());
        assertThat(volumes).containsAll(names(pod.at("containers.0.volumeMounts")));
      }
      each.named("PersistentVolumeClaim", "demofusion-models");
    }
    assertThat(
            HelmChart.rendered(folder, "models: {existingClaim: mine}")
                .all("PersistentVolumeClaim"))
        .isEmpty();
  }

  @Test
  void choosesThePodsThatThereAre() {
    List<Map<?, ?>> labels = new ArrayList<>();
    for (String kind : List.of("StatefulSet", "Deployment")) {
      labels.add((Map<?, ?>) scaledChart.one(kind).at("spec.template.metadata.labels").value());
    }
    for (Yaml resource : scaledChart.resources()) {
      String path =
          switch (resource.at("kind").text()) {
            case "Service" -> "spec.selector";
            case "NetworkPolicy" -> "spec.podSelector.matchLabels";
            case "PodDisruptionBudget",
                "ServiceMonitor",
                "PodMonitor",
                "StatefulSet",
                "Deployment" ->
                "spec.selector.matchLabels";
            default -> "";
          };
      if (!path.isEmpty()) {
        Map<?, ?> wanted = (Map<?, ?>) resource.at(path).value();
        assertThat(labels)
            .as("%s %s", resource.at("kind").text(), resource.at("metadata.name").text())
            .anyMatch(pod -> pod.entrySet().containsAll(wanted.entrySet()));
      }
    }
    assertThat(scaledChart.resources().stream().map(each -> each.at("kind").text()))
        .contains("NetworkPolicy", "PodDisruptionBudget", "ServiceMonitor", "Ingress");
  }

  @Test
  void scalesByTheWorkThatIsLeft() {
    assertThat(chart.all("ScaledObject")).isEmpty();
    assertThat(chart.one("Deployment").at("spec.replicas").number()).isEqualTo(2);

    Yaml scaled = scaledChart.one("ScaledObject").at("spec");
    assertThat(scaledChart.one("Deployment").at("spec").has("replicas"))
        .as("KEDA's to say")
        .isFalse();
    assertThat(scaled.at("scaleTargetRef.name").text())
        .isEqualTo(scaledChart.one("Deployment").at("metadata.name").text());
    assertThat(scaled.at("minReplicaCount").number()).isZero();
    assertThat(scaled.at("maxReplicaCount").number()).isEqualTo(8);
    assertThat(scaled.at("triggers.0.metricType").text()).isEqualTo("AverageValue");
    Yaml trigger = scaled.at("triggers.0.metadata");
    assertThat(trigger.at("query").text())
        .contains("demofusion_coordinator_work_left_gpu_seconds{namespace=\"farm\"}");
    assertThat(trigger.at("threshold").text()).isEqualTo("600");
    assertThat(trigger.at("ignoreNullValues").text())
        .as("no answer sends nobody away")
        .isEqualTo("false");
  }

  @Test
  void asksForTheModelsOfAKindOnly() throws IOException {
    HelmChart chart =
        HelmChart.rendered(
            folder,
            "workers: {gpu: {autoscaling: {enabled: true, share: 0.5, models: [sdxl-base, sd-1.5]}}}");

    assertThat(chart.one("ScaledObject").at("spec.triggers.0.metadata.query").text())
        .startsWith("0.5 * (")
        .contains("model=~\"sdxl-base|sd-1\\\\.5\"");
  }

  @Test
  void hasTheAlertsAndDashboardsThatAllHave() throws IOException {
    Yaml groups = chart.one("PrometheusRule").at("spec.groups");
    Path rules = Dashboards.PROMETHEUS.resolve("rules/demofusion.yml");
    assertThat(groups.value()).isEqualTo(Yaml.documents(rules).get(0).at("groups").value());

    for (Path file : Dashboards.files(Dashboards.GRAFANA.resolve("dashboards"), ".json")) {
      String name = file.getFileName().toString();
      Yaml map = chart.named("ConfigMap", "demofusion-dashboard-" + name.replace(".json", ""));
      assertThat(map.at("data").each().get(0).text().strip())
          .isEqualTo(Files.readString(file).strip());
    }
  }

  @Test
  void doesNotWarnOfFewerWorkers_whereTheyComeAndGo() {
    List<String> all = alerts(chart);
    List<String> scaled = alerts(scaledChart);

    assertThat(all).contains("DemofusionWorkerLost", "DemofusionNoWorkers");
    assertThat(scaled).contains("DemofusionNoWorkers").hasSize(all.size() - 1);
    assertThat(scaled).doesNotContain("DemofusionWorkerLost");
  }

  @Test
  void testsItself() {
    Yaml pod = scaledChart.one("Pod");

    assertThat(pod.at("metadata.annotations").at("hook").text()).isEqualTo("test");
    assertThat(pod.at("spec.containers.0.args.0").text())
        .contains("https://demofusion", "/health/ready", "/v1/jobs", "401");
  }

  private static List<String> alerts(HelmChart chart) {
    return chart.one("PrometheusRule").at("spec.groups.0.rules").each().stream()
        .filter(rule -> rule.has("alert"))
        .map(rule -> rule.at("alert").text())
        .toList();
  }

  private Path settings(HelmChart chart, String role) throws IOException {
    String name = role.equals("worker") ? "demofusion-worker-gpu" : "demofusion-coordinator";
    String text = chart.named("ConfigMap", name).at("data").at(role + "~conf").text();
    return Files.writeString(folder.resolve(role + ".conf"), text);
  }

  private static List<Yaml> pods(HelmChart chart) {
    return List.of(coordinator(chart), worker(chart));
  }

  private static Yaml coordinator(HelmChart chart) {
    return chart.one("StatefulSet").at("spec.template.spec");
  }

  private static Yaml worker(HelmChart chart) {
    return chart.one("Deployment").at("spec.template.spec");
  }

  private static List<String> names(Yaml list) {
    return list.each().stream().map(each -> each.at("name").text()).toList();
  }

  private static int port(Yaml pod, String name) {
    return pod.at("containers.0.ports").each().stream()
        .filter(port -> port.at("name").text().equals(name))
        .findFirst()
        .orElseThrow()
        .at("containerPort")
        .number();
  }
}
