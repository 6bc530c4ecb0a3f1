package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images and compose, read against the program and its settings; no container engine is needed. */
class ContainersTest {
  private static final Path COORDINATOR_SETTINGS = Path.of("docker", "coordinator.conf");
  private static final Path WORKER_SETTINGS = Path.of("docker", "worker.conf");

  private DockerfileStages images;
  private Yaml compose;

  @BeforeEach
  void read() throws IOException {
    images = DockerfileStages.read(Path.of("docker", "Dockerfile"));
    compose = Yaml.documents(Path.of("compose.yaml")).get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"coordinator", "worker-cpu", "worker-cuda"})
  void startWhatTheProgramUnderstands(String image) {
    List<String> command = new ArrayList<>(images.words(image, "ENTRYPOINT"));
    command.addAll(images.words(image, "CMD"));

    assertThat(command.get(0)).isEqualTo("demofusion");
    KnownWords.requireCommandLine(command.subList(1, command.size()));
    KnownWords.requireVariables(
        images.all(image, "ENV").stream()
            .flatMap(line -> Stream.of(line.split(" +", -1)))
            .map(assignment -> assignment.replaceAll("=.*", "")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"coordinator", "worker-cpu", "worker-cuda"})
  void runAsAUserWithoutRights_andAreAskedForTheirHealth(String image) {
    assertThat(images.last(image, "USER")).isEqualTo("10001:10001");
    assertThat(images.last(image, "HEALTHCHECK")).contains("curl");
    assertThat(images.last(image, "STOPSIGNAL")).isEqualTo("SIGTERM");
  }

  @Test
  void haveNoLibtorchInTheCoordinator() {
    assertThat(images.last("without-libtorch", "RUN")).contains("rm -r /opt/demofusion/lib/native");
    assertThat(images.last("coordinator", "COPY")).contains("--from=without-libtorch");
    assertThat(images.all("coordinator", "COPY")).noneMatch(line -> line.contains("=unpacked"));
  }

  @Test
  void exposeThePortsOfTheSettings() {
    KnownWords.requireSettings(COORDINATOR_SETTINGS);
    KnownWords.requireSettings(WORKER_SETTINGS);
    int http = KnownWords.port(COORDINATOR_SETTINGS, Setting.HTTP);
    int nodes = KnownWords.port(COORDINATOR_SETTINGS, Setting.COORDINATOR_BIND);

    assertThat(ports("coordinator")).contains(Integer.toString(http), Integer.toString(nodes));
    assertThat(images.last("coordinator", "HEALTHCHECK")).contains(":" + http + "/health/live");
    assertThat(compose.at("services.coordinator.ports").texts())
        .containsExactly("127.0.0.1:" + http + ":" + http);
    assertThat(ports("worker-cuda"))
        .contains(Integer.toString(KnownWords.port(WORKER_SETTINGS, Setting.WORKER_BIND)));
    assertThat(KnownWords.setting(WORKER_SETTINGS, Setting.JOIN))
        .isEqualTo(KnownWords.setting(COORDINATOR_SETTINGS, Setting.COORDINATOR_ADVERTISE))
        .isEqualTo("coordinator:" + nodes);
  }

  private List<String> ports(String image) {
    return List.of(images.last(image, "EXPOSE").split(" +", -1));
  }

  @Test
  void areBuiltFromStagesThatThereAre() {
    for (String service : List.of("coordinator", "worker-gpu", "worker-cpu")) {
      Yaml build = compose.at("services." + service + ".build");

      assertThat(Path.of(build.at("dockerfile").text())).exists();
      assertThat(images.all(build.at("target").text(), "FROM")).isNotEmpty();
    }
  }

  @Test
  void mountFilesThatThereAre() {
    for (Yaml service : compose.at("services").each()) {
      for (String volume : service.at("volumes").texts()) {
        String source = volume.substring(0, volume.indexOf(":/"));
        if (source.startsWith("./prometheus") || source.startsWith("./grafana")) {
          continue; // MonitoringFilesTest looks at those
        }
        if (source.startsWith("./")) {
          assertThat(Path.of(source)).exists();
        } else if (!source.startsWith("$")) {
          assertThat(compose.at("volumes").keys()).contains(source);
        }
      }
    }
  }

  @Test
  void sayWhichVersionOfOthersTheyWant() {
    for (Yaml service : compose.at("services").each()) {
      String image = service.at("image").text();
      if (!image.startsWith("demofusion/")) {
        assertThat(image).matches("[\\w/.-]+:v?\\d+(\\.\\d+)+");
      }
    }
  }

  @Test
  void publishNothingBeyondThisMachine() {
    for (Yaml service : compose.at("services").each()) {
      if (service.has("ports")) {
        assertThat(service.at("ports").texts()).allMatch(port -> port.startsWith("127.0.0.1:"));
      }
    }
  }

  @Test
  void giveAWorkerItsGpuAndTimeToFinish() {
    Yaml worker = compose.at("services.worker-gpu");

    assertThat(worker.at("deploy.resources.reservations.devices.0.driver").text())
        .isEqualTo("nvidia");
    assertThat(worker.at("stop_grace_period").text()).isEqualTo("5m");
    KnownWords.requireVariables(worker.at("environment").keys().stream());
  }

  @Test
  void sendNothingButTheTarballToTheEngine() throws IOException {
    assertThat(Files.readAllLines(Path.of(".dockerignore")))
        .containsExactly("*", "!target/demofusion-*.tar.gz");
    assertThat(images.last("unpacked", "COPY")).startsWith("target/demofusion-*.tar.gz");
  }
}
