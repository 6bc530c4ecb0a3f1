package demofusion.deploy.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.deploy.Distribution;
import demofusion.deploy.Distribution.Said;
import demofusion.deploy.plan.CalibrationFile;
import demofusion.protocol.GoldenData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as users start it, on this machine's CPU. */
class SelftestIT {
  @TempDir Path temp;

  @Test
  void provesThisCpu_andCalibratesPlans() throws Exception {
    Said said = Distribution.builtOne(temp).run("selftest", "--quick", "--json", "--device", "cpu");

    assertThat(said.exitCode()).as(said.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(said.out());
    assertThat(report.get("passed").asBoolean()).isTrue();
    assertThat(report.get("device").asText()).isEqualTo("cpu");
    assertThat(said.err()).contains("testing golden: miniature in float32", "testing rates");
    List<String> passed = new ArrayList<>();
    report
        .get("findings")
        .forEach(
            finding -> {
              if (finding.get("verdict").asText().equals("pass")) {
                passed.add(finding.get("check").asText());
              }
            });
    assertThat(passed)
        .contains(
            "golden", "same bits", "batches", "odd sizes", "vae tiles", "two processes", "rates");
    Path file = Files.writeString(temp.resolve("cpu.json"), said.out());
    assertThat(CalibrationFile.read(file).model().name()).isEqualTo("miniature");
  }

  @Test
  void printsOneTable_ofAnotherModelInHalfPrecision() throws Exception {
    Said said =
        Distribution.builtOne(temp)
            .run(
                "selftest",
                "--quick",
                "--device",
                "cpu",
                "--precision",
                "bfloat16",
                "--model",
                GoldenData.path("models/tiny-sd15").toString());

    assertThat(said.exitCode()).as(said.out() + said.err()).isZero();
    assertThat(said.out())
        .startsWith("RESULT  CHECK")
        .contains("run of tiny-sd15, bfloat16", "half precision  unet 1 tile, bfloat16")
        .containsPattern("tiny-sd15 on cpu in bfloat16, \\d+ s: passed");
  }

  @Test
  void refusesADeviceThatIsNotThere_andABrokenInstallation() throws Exception {
    Distribution program = Distribution.builtOne(temp);

    Said noDevice = program.run("selftest", "--device", "cuda:77");
    Said noAnswers =
        program.copiedTo(temp.resolve("incomplete")).run("selftest", "--quick", "--device", "cpu");

    assertThat(noDevice.exitCode()).isEqualTo(2);
    assertThat(noDevice.err()).contains("device cuda:77 is not available");
    assertThat(noAnswers.exitCode()).isEqualTo(2);
    assertThat(noAnswers.err()).contains("selftest needs the folder selftest");
  }
}
