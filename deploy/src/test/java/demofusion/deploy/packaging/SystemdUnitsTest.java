package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemdUnitsTest {
  private static final Path UNITS = Path.of("systemd");
  private static final Path SETTINGS = Path.of("etc");
  private static final String COORDINATOR = "demofusion-coordinator.service";
  private static final String WORKER = "demofusion-worker@.service";

  @ParameterizedTest
  @ValueSource(strings = {COORDINATOR, WORKER})
  void startWhatTheProgramUnderstands(String name) throws IOException {
    SystemdUnit unit = unit(name);

    List<String> command = unit.command();

    assertThat(command.get(0)).isEqualTo("/usr/bin/demofusion");
    KnownWords.requireCommandLine(command.subList(1, command.size()));
    KnownWords.requireVariables(unit.environment().keySet().stream());
    Path configuration = Path.of(command.get(command.indexOf("--config") + 1));
    assertThat(configuration.getParent()).hasToString("/etc/demofusion");
    KnownWords.requireSettings(SETTINGS.resolve(configuration.getFileName()));
  }

  @ParameterizedTest
  @ValueSource(strings = {COORDINATOR, WORKER})
  void endGracefully_andAreStartedAgainOnlyAfterACrash(String name) throws IOException {
    SystemdUnit unit = unit(name);

    assertThat(unit.one("KillSignal")).isEqualTo("SIGTERM");
    assertThat(unit.one("KillMode")).isEqualTo("mixed");
    assertThat(unit.one("SuccessExitStatus")).isEqualTo("143");
    assertThat(unit.one("Restart")).isEqualTo("on-failure");
    assertThat(unit.one("RestartPreventExitStatus")).isEqualTo("2");
  }

  @Test
  void giveAWorkerLongerThanABatch() throws IOException {
    assertThat(seconds(unit(WORKER))).isGreaterThanOrEqualTo(300);
    assertThat(seconds(unit(COORDINATOR))).isGreaterThanOrEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(strings = {COORDINATOR, WORKER})
  void runAsNobodyInParticular(String name) throws IOException {
    SystemdUnit unit = unit(name);
    String user = unit.one("User");

    assertThat(Files.readString(Path.of("debian", "sysusers.conf"))).contains("u " + user + " ");
    assertThat(unit.one("CapabilityBoundingSet")).isEmpty();
    assertThat(unit.one("NoNewPrivileges")).isEqualTo("yes");
    assertThat(unit.one("ProtectSystem")).isEqualTo("strict");
  }

  @Test
  void namesAWorkersDeviceByItsInstance() throws IOException {
    SystemdUnit unit = SystemdUnit.read(UNITS.resolve(WORKER), "3");

    assertThat(unit.environment())
        .containsEntry("DEMOFUSION_WORKER_DEVICE", "cuda:3")
        .containsEntry("DEMOFUSION_WORKER_NAME", "host-3");
    assertThat(unit.one("EnvironmentFile")).isEqualTo("-/etc/demofusion/worker-3.env");
  }

  @Test
  void listEverySettingsFileAsAConffile() throws IOException {
    List<String> shipped;
    try (var files = Files.list(SETTINGS)) {
      shipped = files.map(file -> "/etc/demofusion/" + file.getFileName()).toList();
    }

    assertThat(Files.readAllLines(Path.of("debian", "control", "conffiles")))
        .containsExactlyInAnyOrderElementsOf(shipped);
  }

  private static SystemdUnit unit(String name) throws IOException {
    return SystemdUnit.read(UNITS.resolve(name), "0");
  }

  private static int seconds(SystemdUnit unit) {
    return Integer.parseInt(unit.one("TimeoutStopSec").replace("s", ""));
  }
}
