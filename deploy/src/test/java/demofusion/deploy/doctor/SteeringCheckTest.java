package demofusion.deploy.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.doctor.Check.Verdict;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.control.ControlFile;
import demofusion.worker.model.folder.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a doctor says of networks beside the tiny SDXL. */
class SteeringCheckTest {
  private static final Optional<Architecture> SDXL =
      Optional.of(Architecture.read(ModelSource.of(GoldenData.tinySdxl())));
  private static final Path CONTROL = GoldenData.path("conditioning/controlnet/tiny-sdxl");
  private static final Path UNION = GoldenData.path("conditioning/controlnet/tiny-sdxl-union");
  private static final Path OF_SD = GoldenData.path("conditioning/controlnet/tiny-sd15");
  private static final Path ADAPTER =
      GoldenData.path("conditioning/ip-adapter/tiny-sdxl.safetensors");

  @Test
  void countsWhatLiesOnADeviceTogether() {
    long control = ControlFile.open(CONTROL).size().parameters();
    long union = ControlFile.open(UNION).size().parameters();

    SteeringCheck both =
        SteeringCheck.of(new SteeringFiles(List.of(CONTROL, UNION), List.of(), null), SDXL);
    SteeringCheck shown =
        SteeringCheck.of(new SteeringFiles(List.of(CONTROL), List.of(ADAPTER), null), SDXL);

    assertThat(both.parameters()).isEqualTo(control + union);
    assertThat(both.checks()).extracting(Check::verdict).containsOnly(Verdict.OK);
    assertThat(shown.parameters()).isGreaterThan(control);
    assertThat(shown.checks().get(1).finding()).contains("its image encoder's", "image_encoder");
  }

  @Test
  void failsWhatWasNotMadeForTheModel_andWhatIsNone() {
    Path none = GoldenData.path("conditioning/pictures/square.png");
    SteeringCheck check =
        SteeringCheck.of(new SteeringFiles(List.of(OF_SD, none), List.of(CONTROL), null), SDXL);

    assertThat(check.checks()).extracting(Check::verdict).containsOnly(Verdict.FAIL);
    assertThat(check.checks().get(0).finding()).contains("context width 16, this model has 40");
    assertThat(check.checks().get(1).advice()).startsWith("demofusion inspect");
    assertThat(check.parameters()).isZero();
  }
}
