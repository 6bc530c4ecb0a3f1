package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every resource of the chart is one that a cluster takes, by the cluster's own schemas. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HelmSchemasTest {
  static final String EVERYTHING =
      """
      image: {registry: r.example.org/farm, tag: "2", pullSecrets: [registry]}
      tls: {secret: tls}
      coordinator:
        storage: {size: 1Ti, className: fast}
        settings: coordinator.jobs-at-once = 3
        nodeSelector: {disk: nvme}
        tolerations: [{key: farm, operator: Exists, effect: NoSchedule}]
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]
      models: {className: slow, accessMode: ReadWriteMany}
      workers:
        gpu:
          autoscaling: {enabled: true, models: [sdxl-base]}
          tolerations: [{key: nvidia.com/gpu, operator: Exists}]
          nodeSelector: {card: h200}
      ingress: {enabled: true, className: nginx, annotations: {a: b}}
      monitoring: {labels: {release: prometheus}}
      """;

  static final String BARE =
      """
      monitoring: {enabled: false, dashboards: false}
      networkPolicy: {enabled: false}
      models: {existingClaim: mine}
      """;

  @TempDir Path folder;
  private KubernetesSchemas schemas;

  @BeforeAll
  void read() throws IOException {
    schemas = new KubernetesSchemas();
  }

  @Test
  void aClusterTakesWhatIsRenderedByDefault() throws IOException {
    takesAll("{}");
  }

  @Test
  void aClusterTakesEveryPart() throws IOException {
    List<Yaml> all = takesAll(EVERYTHING);

    assertThat(all.stream().map(each -> each.at("kind").text()))
        .contains("ScaledObject", "PodMonitor", "ServiceMonitor", "PrometheusRule", "Ingress");
  }

  @Test
  void aClusterTakesWhatIsRenderedWithoutMonitoring() throws IOException {
    takesAll(BARE);
  }

  @Test
  void refusesWhatAClusterWould() {
    String pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: a}
        spec: {containers: [{name: a, image: b, ports: [{name: http, containerPort: 80}]}]}
        """;
    String scaled =
        """
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: {name: a}
        spec: {scaleTargetRef: {name: a}, triggers: [{type: prometheus, metadata: {threshold: "1"}}]}
        """;

    assertThat(faults(pod)).isEmpty();
    assertThat(faults(pod.replace("containerPort", "port"))).isNotEmpty();
    assertThat(faults(pod.replace("name: a, image", "nam: a, image"))).isNotEmpty();
    assertThat(faults(pod.replace("80", "http"))).isNotEmpty();
    assertThat(faults(scaled)).isEmpty();
    assertThat(faults(scaled.replace("\"1\"", "1"))).isNotEmpty(); // a number where text is wanted
    assertThat(faults(scaled.replace("type:", "kind:"))).isNotEmpty();
    assertThat(faults(scaled.replace("triggers", "trigger"))).isNotEmpty();
  }

  private List<String> faults(String resource) {
    return schemas.faults(Yaml.documents(resource).get(0));
  }

  private List<Yaml> takesAll(String values) throws IOException {
    List<Yaml> all = HelmChart.rendered(folder, values).resources();
    for (Yaml each : all) {
      assertThat(schemas.faults(each))
          .as("%s %s", each.at("kind").text(), each.at("metadata.name").text())
          .isEmpty();
    }
    return all;
  }
}
