package demofusion.deploy.selftest.check;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.Finding.Verdict;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With second processes that are shell scripts. */
class TwoProcessesCheckTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private static final SelftestDevice DEVICE =
      new SelftestDevice(
          new SyntheticModel(SyntheticSettings.of(new ModelGeometry(8, 4, 8))),
          1,
          true,
          (source, precision) -> {
            throw new UnsupportedOperationException();
          },
          step -> {});

  private static List<Finding> run(Duration patience, String script) {
    return new TwoProcessesCheck(ModelSource.of(Path.of("none")), patience)
        .run(DEVICE, List.of("sh", "-c", script));
  }

  @Test
  void comparesTheBits() {
    String line = Fingerprint.of(new Probe(DEVICE.model(), 1, true)).line();

    List<Finding> findings = run(LONG, "echo ready; read go; echo '" + line + "'");

    assertThat(findings).hasSizeGreaterThan(3).allMatch(each -> each.verdict() == Verdict.PASS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Segmentation fault", "null", "[]", "{\"decode\":"})
  void failsWhereTheAnswerIsNoFingerprint(String line) {
    Finding finding = run(LONG, "echo ready; read go; echo '" + line + "'").get(0);

    assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(finding.sentence()).contains("the second process ended", line);
  }

  @Test
  void failsWhereItEnds() {
    Finding finding = run(LONG, "echo 'no such device' >&2").get(0);

    assertThat(finding)
        .isEqualTo(
            Finding.fail("two processes", "synthetic", "the second process ended: no such device"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec sleep 60", "echo ready; read go; exec sleep 60"})
  void judgesNobody_whoWasTooSlow(String script) {
    Finding finding = run(Duration.ofMillis(500), script).get(0);

    assertThat(finding.verdict()).isEqualTo(Verdict.SKIP);
    assertThat(finding.sentence()).startsWith("the second process took longer than ");
  }

  @Test
  void countsFromWhenItIsReady() {
    String line = Fingerprint.of(new Probe(DEVICE.model(), 1, true)).line();

    List<Finding> findings =
        run(
            Duration.ofSeconds(4),
            "sleep 2.5; echo ready; read go; sleep 2.5; echo '" + line + "'");

    assertThat(findings).allMatch(each -> each.verdict() == Verdict.PASS);
  }
}
