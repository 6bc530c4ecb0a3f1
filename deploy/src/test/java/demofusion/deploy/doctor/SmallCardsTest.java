package demofusion.deploy.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.doctor.Check.Verdict;
import demofusion.deploy.doctor.GpuChecks.Gpu;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.folder.Architecture;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SmallCardsTest {
  private static final long GIB = 1L << 30;
  private static final Architecture SDXL =
      Architecture.read(
          ModelSource.of(GoldenData.path("../../../../deploy/models/sdxl-base").normalize()));

  /** What SDXL takes in float16, with its VAE in float32. */
  private static final long NEEDED = 11 * GIB;

  private static Check check(long gibibytes) {
    Gpu gpu = new Gpu("0", "Some card", gibibytes * GIB, gibibytes * GIB, "550");
    return GpuChecks.devices(List.of(gpu), NEEDED, Optional.of(SDXL)).get(0);
  }

  @Test
  void letsACardOfEightGibibytesDrawSdxl_andNamesTheVaeThatHelps() {
    Check check = check(8);

    assertThat(check.verdict()).isEqualTo(Verdict.OK);
    assertThat(check.finding())
        .contains("the text encoders are there only while prompts are encoded", "up to 7.")
        .doesNotContain("stream");
    assertThat(check.advice()).contains("--vae with sdxl-vae-fp16-fix", "2.0 GiB less to decode");
  }

  @Test
  void namesFloat8_whereTheUnetWouldStreamWithoutIt() {
    Check check = check(6);

    assertThat(check.verdict()).isEqualTo(Verdict.OK);
    assertThat(check.finding()).contains("of the UNet stream from host memory");
    assertThat(check.advice()).contains("--weights float8");
  }

  @Test
  void warnsOfACardThatIsTooSmall() {
    Check check = check(4);

    assertThat(check.verdict()).isEqualTo(Verdict.WARN);
    assertThat(check.finding()).endsWith("and at least 5.3 GiB");
    assertThat(check.advice()).startsWith("free GPU memory, or use --device cpu; --vae with");
  }

  @Test
  void saysNothingNewOfACardThatHoldsEverything() {
    Check check = check(24);

    assertThat(check.verdict()).isEqualTo(Verdict.OK);
    assertThat(check.finding())
        .isEqualTo("Some card, 24.0 GiB of 24.0 GiB free, the model needs about 11.0 GiB");
    assertThat(check.advice()).isEmpty();
  }

  /** They are weighed as they lie there while tiles are drawn: without what comes when called. */
  @Test
  void saysThatTextEncodersAndVaeLeave_forNetworksThatFitWithoutThem() {
    Gpu twelve = new Gpu("0", "Some card", 12 * GIB, 12 * GIB, "550");

    List<Check> checks =
        GpuChecks.devices(List.of(twelve), NEEDED + 5 * GIB, Optional.of(SDXL), 5 * GIB / 2);

    assertThat(checks.get(0).verdict()).isEqualTo(Verdict.OK);
    assertThat(checks.get(0).finding())
        .endsWith("; text encoders and VAE leave while tiles are drawn");
  }

  /** SDXL's full ControlNet in float16. */
  @Test
  void countsWhatSteers_besideTheUnet() {
    long beside = 1_251_000_000;
    Gpu eight = new Gpu("0", "Some card", 8 * GIB, 8 * GIB, "550");
    Gpu twelve = new Gpu("1", "Larger card", 12 * GIB, 12 * GIB, "550");

    List<Check> checks =
        GpuChecks.devices(List.of(eight, twelve), NEEDED + 2 * beside, Optional.of(SDXL), beside);

    assertThat(checks.get(0).verdict()).isEqualTo(Verdict.WARN);
    assertThat(checks.get(0).finding())
        .contains("the model and the networks need about 13.3 GiB", "one guided tile");
    assertThat(checks.get(0).advice())
        .startsWith("free GPU memory, take smaller or fewer networks");
    assertThat(checks.get(1).verdict()).isEqualTo(Verdict.OK);
  }
}
