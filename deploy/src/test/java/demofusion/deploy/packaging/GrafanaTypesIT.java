package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Dashboards;
import demofusion.deploy.ForeignProgram;
import demofusion.deploy.ForeignProgram.Said;
import demofusion.deploy.PythonEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dashboards against Grafana's own types, which Grafana Labs make of its schemas: the nearest to a
 * Grafana that can be had from an index of packages.
 */
class GrafanaTypesIT {
  private static final List<String> TYPES =
      List.of("grafana-foundation-sdk==1769699379!11.6.0"); // of Grafana 11.6

  @TempDir Path folder;

  @Test
  void knowEverythingThatDashboardsSay() throws Exception {
    ForeignProgram python = PythonEnvironment.with("grafana", TYPES).python();
    Path script = folder.resolve("dashboards.py");
    try (var in = GrafanaTypesIT.class.getResourceAsStream("/grafana/dashboards.py")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    List<String> line = new ArrayList<>(List.of(script.toString()));
    Dashboards.files(Dashboards.GRAFANA.resolve("dashboards"), ".json")
        .forEach(file -> line.add(file.toString()));

    Said said = python.run(line.toArray(String[]::new));

    assertThat(line).hasSize(5);
    assertThat(said.words()).isEmpty();
    assertThat(said.exitCode()).isZero();
  }
}
