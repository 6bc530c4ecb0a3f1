package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.config.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The manifests, read against the program and its settings; no cluster is needed. */
class KubernetesTest {
  private static final Path FOLDER = Path.of("k8s");
  private static final Path COORDINATOR_SETTINGS = FOLDER.resolve("coordinator.conf");
  private static final Path WORKER_SETTINGS = FOLDER.resolve("worker.conf");

  private Yaml kustomization;
  private final List<Yaml> resources = new ArrayList<>();

  @BeforeEach
  void read() throws IOException {
    kustomization = Yaml.documents(FOLDER.resolve("kustomization.yaml")).get(0);
    for (String file : kustomization.at("resources").texts()) {
      resources.addAll(Yaml.documents(FOLDER.resolve(file)));
    }
  }

  @Test
  void startWhatTheProgramUnderstands() {
    for (Yaml pod : pods()) {
      Yaml container = pod.at("containers.0");
      KnownWords.requireCommandLine(container.at("args").texts());
      if (container.has("env")) {
        KnownWords.requireVariables(
            container.at("env").each().stream().map(variable -> variable.at("name").text()));
      }
    }
    KnownWords.requireSettings(COORDINATOR_SETTINGS);
    KnownWords.requireSettings(WORKER_SETTINGS);
  }

  @Test
  void listenWhereTheSettingsSay() {
    int nodes = KnownWords.port(COORDINATOR_SETTINGS, Setting.COORDINATOR_BIND);

    assertThat(port(coordinator(), "http"))
        .isEqualTo(KnownWords.port(COORDINATOR_SETTINGS, Setting.HTTP));
    assertThat(port(coordinator(), "nodes")).isEqualTo(nodes);
    assertThat(port(worker(), "nodes"))
        .isEqualTo(KnownWords.port(WORKER_SETTINGS, Setting.WORKER_BIND));
    String pod =
        one("StatefulSet").at("metadata.name").text()
            + "-0."
            + one("StatefulSet").at("spec.serviceName").text();
    assertThat(KnownWords.setting(WORKER_SETTINGS, Setting.JOIN))
        .isEqualTo(pod + ":" + nodes)
        .isEqualTo(KnownWords.setting(COORDINATOR_SETTINGS, Setting.COORDINATOR_ADVERTISE));
  }

  @Test
  void probeRoutesThatThereAre() {
    for (String probe : List.of("startupProbe", "livenessProbe")) {
      assertThat(coordinator().at("containers.0." + probe + ".httpGet.path").text())
          .isEqualTo("/health/live");
      assertThat(worker().at("containers.0." + probe + ".httpGet.path").text())
          .isEqualTo("/metrics");
    }
    assertThat(coordinator().at("containers.0.readinessProbe.httpGet.path").text())
        .isEqualTo("/health/ready");
  }

  @Test
  void endLaterThanABatch() {
    assertThat(worker().at("terminationGracePeriodSeconds").number()).isGreaterThanOrEqualTo(300);
    assertThat(coordinator().at("terminationGracePeriodSeconds").number())
        .isGreaterThanOrEqualTo(60);
  }

  @Test
  void runAsAUserWithoutRights() {
    for (Yaml pod : pods()) {
      assertThat(pod.at("securityContext.runAsNonRoot").text()).isEqualTo("true");
      assertThat(pod.at("securityContext.runAsUser").number()).isEqualTo(10001);
      assertThat(pod.at("automountServiceAccountToken").text()).isEqualTo("false");
      Yaml rights = pod.at("containers.0.securityContext");
      assertThat(rights.at("allowPrivilegeEscalation").text()).isEqualTo("false");
      assertThat(rights.at("readOnlyRootFilesystem").text()).isEqualTo("true");
      assertThat(rights.at("capabilities.drop").texts()).containsExactly("ALL");
    }
    assertThat(worker().at("containers.0.resources.limits").keys()).contains("nvidia.com/gpu");
  }

  @Test
  void mountWhatThereIs() {
    for (Yaml pod : pods()) {
      List<String> volumes = new ArrayList<>(names(pod.at("volumes")));
      volumes.addAll(claims());
      assertThat(volumes)
          .containsAll(
              pod.at("containers.0.volumeMounts").each().stream()
                  .map(mount -> mount.at("name").text())
                  .toList());
    }
    for (Yaml generator : kustomization.at("configMapGenerator").each()) {
      generator.at("files").texts().forEach(file -> assertThat(FOLDER.resolve(file)).exists());
    }
    assertThat(named("PersistentVolumeClaim", "demofusion-models")).isNotNull();
  }

  private List<String> claims() {
    return one("StatefulSet").at("spec.volumeClaimTemplates").each().stream()
        .map(claim -> claim.at("metadata.name").text())
        .toList();
  }

  @Test
  void chooseThePodsThatThereAre() {
    List<String> labels =
        List.of(
            one("StatefulSet").at("spec.template.metadata.labels").at(nameLabel()).text(),
            one("Deployment").at("spec.template.metadata.labels").at(nameLabel()).text());
    for (Yaml resource : resources) {
      String kind = resource.at("kind").text();
      String path =
          switch (kind) {
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
        assertThat(labels).as(kind).contains(resource.at(path).at(nameLabel()).text());
      }
    }
    assertThat(resources.stream().map(each -> each.at("kind").text()))
        .contains("NetworkPolicy", "PodDisruptionBudget", "ServiceMonitor");
  }

  /** A name with dots in it, as one step of a path. */
  private static String nameLabel() {
    return "app~kubernetes~io/name";
  }

  private List<Yaml> pods() {
    return List.of(coordinator(), worker());
  }

  private Yaml coordinator() {
    return one("StatefulSet").at("spec.template.spec");
  }

  private Yaml worker() {
    return one("Deployment").at("spec.template.spec");
  }

  private Yaml one(String kind) {
    return resources.stream()
        .filter(each -> each.at("kind").text().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private Yaml named(String kind, String name) {
    return resources.stream()
        .filter(each -> each.at("kind").text().equals(kind))
        .filter(each -> each.at("metadata.name").text().equals(name))
        .findFirst()
        .orElseThrow();
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
