package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution;
import demofusion.deploy.Distribution.Said;
import demofusion.deploy.security.CertificateFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node says, and how it ends, when it cannot or should not start. */
class FarmRefusalsIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "coordinator",
        "coordinator --data d --bind 0.0.0.0:0",
        "coordinator --data d --bind 127.0.0.1:0 --http 0.0.0.0:0",
        "coordinator --data d --bind nowhere",
        "coordinator --data d --tls /nowhere",
        "coordinator --data d --keep-age soon",
        "coordinator --data d --keep-age -3d",
        "coordinator --data d --tokens /nowhere",
        "coordinator --data d --config /nowhere.conf",
        "worker --synthetic millis=0",
        "worker --synthetic millis=0 --join 127.0.0.1",
        "worker --synthetic millis=0 --join 127.0.0.1:1 --bind 0.0.0.0:0",
        "worker --synthetic millis=0 --join 127.0.0.1:1 --secret /nowhere",
        "worker --synthetic fast",
        "worker --join 127.0.0.1:1 --model /nowhere",
        "farm --workers 0",
        "render x --workers 0"
      })
  void saysOneSentence_whenItCannotStart(String line) throws Exception {
    Said said = Distribution.builtOne(folder).run(line.split(" ", -1));

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).startsWith("demofusion: ").containsOnlyOnce("\n");
  }

  @Test
  void refusesAnExpiredCertificate_beforeAnythingStarts() throws Exception {
    Clock lastYear = Clock.offset(Clock.systemUTC(), Duration.ofDays(-365));
    new CertificateFolder(folder.resolve("tls"), 30, lastYear).make(List.of());

    Said said =
        Distribution.builtOne(folder)
            .run("coordinator", "--data", "d", "--bind", "0.0.0.0:0", "--tls", "tls");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).contains("coordinator.crt expired on").containsOnlyOnce("\n");
    assertThat(folder.resolve("d")).doesNotExist();
  }

  @Test
  void refusesTheFolder_andThePort_whenAnotherCoordinatorHasThem() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "refusals")) {
      farm.coordinator();
      Distribution distribution = Distribution.builtOne(folder);

      Said sameFolder =
          distribution.run(coordinator(farm.data(), "127.0.0.1:0").toArray(String[]::new));
      Said samePort =
          distribution.run(
              coordinator(folder.resolve("other"), farm.address()).toArray(String[]::new));

      assertThat(sameFolder.exitCode()).isEqualTo(2);
      assertThat(sameFolder.err()).contains("in use by another coordinator").containsOnlyOnce("\n");
      assertThat(samePort.exitCode()).isEqualTo(2);
      assertThat(samePort.err()).contains("another program uses it").containsOnlyOnce("\n");
    }
  }

  private static List<String> coordinator(Path data, String bind) {
    return List.of(
        "coordinator", "--data", data.toString(), "--bind", bind, "--http", "127.0.0.1:0");
  }
}
