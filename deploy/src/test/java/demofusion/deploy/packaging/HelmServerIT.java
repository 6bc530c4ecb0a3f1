package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.deploy.packaging.KubernetesServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real API server takes every object that the chart renders, with the definitions of KEDA and the
 * Prometheus operator, in a namespace that wants pods as restricted as can be.
 *
 * <p>Needs kube-apiserver and etcd in the folder $KUBEBUILDER_ASSETS; without them these tests are
 * skipped and say so. {@link HelmSchemasTest} holds the chart to the schemas without it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HelmServerIT {
  private static final String NAMESPACE = "farm";

  private static final Map<String, String> VALUES =
      Map.of(
          "default",
          "{}",
          "everything",
          HelmSchemasTest.EVERYTHING,
          "bare",
          HelmSchemasTest.BARE,
          "sign-in",
          """
          signIn: {issuer: "https://id.example.org", secret: oidc, roles: {artists: submit}}
          ingress: {enabled: true, host: draw.example.org, tlsSecret: draw-tls}
          """,
          "cards",
          """
          coordinator: {settings: 'coordinator.results = "s3://pictures/farm"'}
          workers:
            gpu: {autoscaling: {enabled: true, min: 1, max: 8, share: 0.6}}
            old-cards:
              image: worker-cpu
              model: /models/sd15
              device: cpu
              gpu: {name: ""}
              replicas: 3
              autoscaling: {enabled: true, min: 0, max: 2, share: 0.4, models: ["o'dd (1)"]}
              resources: {requests: {cpu: "8"}, limits: {memory: 32Gi}}
              cacheSize: 2Gi
              settings: ""
              terminationGracePeriodSeconds: 900
              nodeSelector: {}
              tolerations: []
              affinity: {}
          """);

  private @Nullable Path place;
  private @Nullable KubernetesServer started;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    place = folder;
    Optional<Path> programs = KubernetesServer.programs();
    assumeTrue(
        programs.isPresent(), "no kube-apiserver and etcd in $KUBEBUILDER_ASSETS (setup-envtest)");
    started = KubernetesServer.start(programs.get(), Files.createTempDirectory(folder, "server"));
    try (Stream<Path> files = Files.list(KubernetesSchemas.DEFINITIONS)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        Answer made = server().create(Yaml.documents(file).get(0), "");
        assertThat(made.status()).as("%s: %s", file, made.message()).isEqualTo(201);
      }
    }
    makeNamespace(NAMESPACE);
    awaitDefinitions();
  }

  @AfterAll
  void stop() {
    if (started != null) {
      started.close();
    }
  }

  private KubernetesServer server() {
    return Objects.requireNonNull(started);
  }

  private void makeNamespace(String name) throws Exception {
    String yaml =
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %s, labels: {pod-security.kubernetes.io/enforce: restricted}}
        """;
    Answer made = server().create(Yaml.documents(yaml.formatted(name)).get(0), "");
    assertThat(made.status()).as(made.message()).isEqualTo(201);
  }

  /** A definition is served some moments after it was made. */
  private void awaitDefinitions() throws Exception {
    for (Yaml each : rendered("everything")) {
      while (isNotServed(each)) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  private boolean isNotServed(Yaml object) throws Exception {
    return object.at("apiVersion").text().matches("(keda|monitoring).*")
        && server().tryToCreate(object, NAMESPACE).status() == 404;
  }

  private List<Yaml> rendered(String values) throws IOException {
    return HelmChart.rendered(
            Files.createTempDirectory(Objects.requireNonNull(place), "chart"),
            Objects.requireNonNull(VALUES.get(values)))
        .resources();
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "everything", "bare", "sign-in", "cards"})
  void takesEveryObject_andEveryPodOfIt(String values) throws Exception {
    List<Yaml> all = rendered(values);

    assertThat(all).hasSizeGreaterThan(8);
    for (Yaml each : all) {
      takes(each);
      if (List.of("Deployment", "StatefulSet").contains(each.at("kind").text())) {
        takes(pod(each));
      }
    }
  }

  private void takes(Yaml object) throws Exception {
    Answer answer = server().tryToCreate(object, NAMESPACE);
    String what = object.at("kind").text() + " " + object.at("metadata.name").text();
    assertThat(answer.status()).as("%s: %s", what, answer.message()).isEqualTo(201);
    assertThat(answer.warnings()).as(what).isEmpty();
  }

  /** As its controller would make it, which no server without nodes does. */
  private static Yaml pod(Yaml controller) {
    Map<String, Object> metadata = new LinkedHashMap<>(map(controller, "spec.template.metadata"));
    metadata.put("name", controller.at("metadata.name").text() + "-0");
    Map<String, Object> spec = new LinkedHashMap<>(map(controller, "spec.template.spec"));
    if (controller.at("spec").has("volumeClaimTemplates")) {
      Stream<?> own = ((List<?>) controller.at("spec.template.spec.volumes").value()).stream();
      Stream<?> claims =
          controller.at("spec.volumeClaimTemplates").each().stream()
              .map(claim -> claim.at("metadata.name").text())
              .map(
                  name -> Map.of("name", name, "persistentVolumeClaim", Map.of("claimName", name)));
      spec.put("volumes", Stream.concat(own, claims).toList());
    }
    return new Yaml(Map.of("apiVersion", "v1", "kind", "Pod", "metadata", metadata, "spec", spec));
  }

  private static Map<String, Object> map(Yaml of, String path) {
    Map<String, Object> map = new LinkedHashMap<>();
    ((Map<?, ?>) of.at(path).value()).forEach((name, value) -> map.put(name.toString(), value));
    return map;
  }

  @Test
  void takesEveryUpgrade_thatChangesNoVolume() throws Exception {
    makeNamespace("installed");
    for (Yaml each : installed("default")) {
      Answer made = server().apply(each, "installed", false);
      assertThat(made.status()).as(made.message()).isEqualTo(201);
    }

    for (String values : List.of("default", "bare", "sign-in", "cards")) {
      for (Yaml each : installed(values)) {
        Answer upgraded = server().apply(each, "installed", true);
        assertThat(upgraded.status()).as(upgraded.message()).isIn(200, 201);
      }
    }
    assertThat(refused("everything")).containsOnly("StatefulSet", "PersistentVolumeClaim");
  }

  private List<String> refused(String values) throws Exception {
    List<String> kinds = new ArrayList<>();
    for (Yaml each : installed(values)) {
      if (server().apply(each, "installed", true).status() == 422) {
        kinds.add(each.at("kind").text());
      }
    }
    return kinds;
  }

  /** Without the pod of helm test, which is none of the release's. */
  private List<Yaml> installed(String values) throws IOException {
    return rendered(values).stream().filter(each -> !each.at("kind").text().equals("Pod")).toList();
  }

  @Test
  void refusesWhatAClusterWould() throws Exception {
    Yaml pod =
        rendered("default").stream()
            .filter(each -> each.at("kind").text().equals("Pod"))
            .findFirst()
            .orElseThrow();

    assertThat(mistaken(pod, "runAsNonRoot=true", "runAsNonRoot=false").message())
        .contains("violates PodSecurity");
    assertThat(mistaken(pod, "image=", "imago=").message()).contains("unknown field");
  }

  private Answer mistaken(Yaml pod, String from, String to) throws Exception {
    String[] was = from.split("=", -1);
    String[] is = to.split("=", -1);
    ObjectMapper mapper = new ObjectMapper();
    String json = mapper.writeValueAsString(pod.value());
    String changed = json.replace("\"" + was[0] + "\":" + was[1], "\"" + is[0] + "\":" + is[1]);
    assertThat(changed).isNotEqualTo(json);
    return server().tryToCreate(new Yaml(mapper.readValue(changed, Map.class)), NAMESPACE);
  }
}
