package demofusion.deploy.selftest.check;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.Finding.Verdict;
import demofusion.deploy.selftest.PretendedModel;
import demofusion.deploy.selftest.Selftest;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.deploy.selftest.SelftestReport;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each check on devices that do well and on one that has its fault. */
class ChecksOnPretendedDevicesTest {
  private static final Architecture MINIATURE =
      Architecture.read(ModelSource.of(Path.of("models", "miniature")));
  private static final long GIB = 1L << 30;

  private static PretendedModel device() {
    return new PretendedModel(new SyntheticModel(SyntheticSettings.of(MINIATURE.geometry())));
  }

  private static PretendedModel device(Precision precision) {
    return device().in(precision);
  }

  private static List<Finding> run(SelftestCheck check, DiffusionModel model) {
    return check.run(
        new SelftestDevice(
            model,
            1,
            true,
            (source, precision) -> {
              throw new UnsupportedOperationException();
            },
            step -> {}));
  }

  private static List<String> failed(List<Finding> findings) {
    List<String> failed = new ArrayList<>();
    findings.stream().filter(Finding::failed).forEach(each -> failed.add(each.subject()));
    return failed;
  }

  @Test
  void findsTheSameBits_onADeviceThatIsWell() {
    List<Finding> findings = run(new SameBitsCheck(3), device());

    assertThat(findings).isNotEmpty().allMatch(each -> each.verdict() == Verdict.PASS);
  }

  @Test
  void findsOneBitThatFlipsNowAndThen_inTheNetworkWhereItDoes() {
    AtomicInteger decoded = new AtomicInteger();
    PretendedModel flipping =
        device()
            .spoilingPixels(
                pixels ->
                    decoded.incrementAndGet() == 4 ? PretendedModel.flipped(pixels, 0) : pixels);

    assertThat(failed(run(new SameBitsCheck(3), flipping))).isEmpty();
    decoded.set(0);
    List<Finding> findings = run(new SameBitsCheck(5), flipping);

    assertThat(failed(findings)).containsExactly("decode");
    assertThat(findings)
        .filteredOn(Finding::failed)
        .extracting(Finding::sentence)
        .singleElement()
        .asString()
        .startsWith("answer 4 differs from the first in 1 of ");
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "FLOAT16", "BFLOAT16"})
  void findsTilesOfADecoderThatAreNotTheWhole(Precision precision) {
    PretendedModel well = device(precision);
    AtomicInteger decoded = new AtomicInteger();
    PretendedModel lighter =
        device(precision)
            .spoilingPixels(
                pixels ->
                    decoded.incrementAndGet() == 1
                        ? pixels
                        : new Tensor(pixels.shape(), lightened(pixels.values())));

    assertThat(failed(run(new VaeTilesCheck(), well))).isEmpty();
    assertThat(failed(run(new VaeTilesCheck(), lighter))).hasSize(1);
  }

  private static float[] lightened(float[] pixels) {
    float[] lighter = pixels.clone();
    for (int n = 0; n < lighter.length; n++) {
      lighter[n] += 0.04f;
    }
    return lighter;
  }

  @Test
  void findsAViewThatABatchSpoils_thoughAlwaysInTheSameWay() {
    PretendedModel spoiling =
        device()
            .spoilingNoise(
                (work, noise) -> work.views() == 5 ? PretendedModel.flipped(noise, 20) : noise);

    assertThat(failed(run(new BatchCheck(), spoiling))).containsExactly("unet, 1 to 5 views");
    assertThat(failed(run(new SameBitsCheck(2), spoiling))).isEmpty();
    assertThat(failed(run(new BatchCheck(), device()))).isEmpty();
  }

  @Test
  void judgesTheBatchesThatFit_onASmallCard() {
    PretendedModel small = holding(2).spoilingNoise(fullBeyond(2, 99));
    PretendedModel spoiling = holding(2).spoilingNoise(fullBeyond(2, 2));

    List<Finding> findings = run(new BatchCheck(), small);

    assertThat(findings).allMatch(each -> each.verdict() == Verdict.PASS);
    assertThat(findings.get(0).subject()).isEqualTo("unet, 1 to 2 views");
    assertThat(findings.get(0).sentence()).contains("more than 2 do not fit the device");
    assertThat(failed(run(new BatchCheck(), spoiling))).containsExactly("unet, 1 to 2 views");
  }

  @Test
  void judgesNoForecast_whereFourTilesDoNotFit() {
    DeviceMemory before = new DeviceMemory(GIB, 2 * GIB);
    SelftestCheck check = new MemoryCheck(MINIATURE, before, Duration.ZERO);

    Finding finding = run(check, holding(2).spoilingNoise(fullBeyond(2, 99))).get(0);

    assertThat(finding.verdict()).isEqualTo(Verdict.SKIP);
    assertThat(finding.sentence()).isEqualTo("4 tiles do not fit the device: full");
  }

  private static PretendedModel holding(long gibibytes) {
    return device().on("cuda:0", () -> Optional.of(new DeviceMemory(GIB, gibibytes * GIB)));
  }

  private static BiFunction<Work.PredictNoise, Tensor, Tensor> fullBeyond(int most, int spoilt) {
    return (work, noise) -> {
      if (work.views() > most) {
        throw new DemofusionException(FailureCode.OUT_OF_MEMORY, "full");
      }
      return work.views() == spoilt ? PretendedModel.flipped(noise, 20) : noise;
    };
  }

  @Test
  void findsHalvesThatAreNotTheWhole() {
    PretendedModel spoiling =
        device()
            .spoilingNoise(
                (work, noise) ->
                    work.half() == GuidanceHalf.UNCONDITIONAL
                        ? PretendedModel.flipped(noise, 20)
                        : noise);

    assertThat(failed(run(new BatchCheck(), spoiling))).containsExactly("unet, halves");
  }

  @Test
  void findsTheSecondTileOfAnOddSizeSpoilt() {
    PretendedModel spoiling =
        device()
            .spoilingNoise(
                (work, noise) ->
                    work.views() == 1 && work.tiles().shape()[2] == 13
                        ? PretendedModel.flipped(noise, 20)
                        : noise);

    assertThat(failed(run(new OddSizesCheck(), spoiling))).containsExactly("unet 13x11");
    assertThat(failed(run(new OddSizesCheck(), device()))).isEmpty();
  }

  @Test
  void comparesWhatIsTakenWithWhatPlanForetells() {
    DeviceMemory before = new DeviceMemory(GIB, 24 * GIB);

    assertThat(memory(before, new DeviceMemory(2 * GIB, 24 * GIB)).verdict())
        .isEqualTo(Verdict.PASS);
    Finding tooMuch = memory(before, new DeviceMemory(9 * GIB, 24 * GIB));
    assertThat(tooMuch.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(tooMuch.sentence()).contains("8.0 GiB", "promise what does not fit");
    Finding hidden = memory(before, new DeviceMemory(GIB + 1000, 24 * GIB));
    assertThat(hidden.verdict()).isEqualTo(Verdict.SKIP);
    assertThat(hidden.sentence()).startsWith("the driver shows less than the weights alone");
  }

  private static Finding memory(DeviceMemory before, DeviceMemory after) {
    MemoryCheck check = new MemoryCheck(MINIATURE, before, Duration.ZERO);
    return run(check, device().on("cuda:0", () -> Optional.of(after))).get(0);
  }

  @Test
  void handsBackWhatDoesNotFit_andGoesOn() {
    List<Finding> findings = run(new OutOfMemoryCheck(MINIATURE), small(1));

    assertThat(findings).extracting(Finding::verdict).containsExactly(Verdict.PASS, Verdict.PASS);
    assertThat(findings.get(0).sentence()).contains("handed back: full");
  }

  @Test
  void failsWhereTheNextUnitIsNotWhatItWas() {
    PretendedModel broken = small(2);

    assertThat(failed(run(new OutOfMemoryCheck(MINIATURE), broken)))
        .containsExactly("the next unit");
  }

  @Test
  void failsWhereAnotherFailureIsHandedBack() {
    PretendedModel broken =
        small(1)
            .spoilingNoise(
                (work, noise) -> {
                  if (work.views() > 4) {
                    throw new DemofusionException(FailureCode.DEVICE_ERROR, "lost");
                  }
                  return noise;
                });

    assertThat(failed(run(new OutOfMemoryCheck(MINIATURE), broken)))
        .singleElement()
        .asString()
        .endsWith("tiles at once");
  }

  /** With 64 MiB, which holds four tiles; small answers follow one after the other. */
  private static PretendedModel small(int differentAnswers) {
    Deque<Integer> bits = new ArrayDeque<>();
    for (int n = 0; n < differentAnswers; n++) {
      bits.add(n);
    }
    return device()
        .on("cuda:0", () -> Optional.of(new DeviceMemory(0, 64L << 20)))
        .spoilingNoise(
            (work, noise) -> {
              if (work.views() > 4) {
                throw new DemofusionException(FailureCode.OUT_OF_MEMORY, "full");
              }
              int bit = bits.size() > 1 ? bits.remove() : bits.element();
              return PretendedModel.flipped(noise, bit);
            });
  }

  @Test
  void makesAFailedFindingOfADeviceThatFails() {
    PretendedModel lost =
        device()
            .spoilingNoise(
                (work, noise) -> {
                  throw new DemofusionException(FailureCode.DEVICE_ERROR, "the device is lost");
                });
    SelftestDevice device =
        new SelftestDevice(
            lost,
            1,
            true,
            (source, precision) -> {
              throw new UnsupportedOperationException();
            },
            step -> {});

    SelftestReport report =
        new Selftest(List.of(new SameBitsCheck(2), new VaeTilesCheck()), null).run(device);

    assertThat(report.passed()).isFalse();
    assertThat(report.findings().get(0))
        .isEqualTo(Finding.fail("same bits", "synthetic", "the device is lost"));
    assertThat(report.findings()).hasSizeGreaterThan(1);
    assertThat(report.summary()).contains("failed, so do not use this device");
  }

  @Test
  void goesOn_whereACheckBreaks() {
    SelftestCheck breaking =
        new SelftestCheck() {
          @Override
          public String name() {
            return "breaking";
          }

          @Override
          public List<Finding> run(SelftestDevice device) {
            throw new IllegalStateException("no such engine");
          }
        };
    SelftestDevice device =
        new SelftestDevice(
            device(),
            1,
            true,
            (source, precision) -> {
              throw new UnsupportedOperationException();
            },
            step -> {});

    SelftestReport report =
        new Selftest(
                List.of(breaking, new SameBitsCheck(2)),
                broken -> {
                  throw new IllegalArgumentException("no rates");
                })
            .run(device);

    assertThat(report.findings().get(0).sentence())
        .startsWith("the check failed: ")
        .contains("no such engine");
    assertThat(report.findings()).anyMatch(each -> each.check().equals("same bits"));
    assertThat(failed(report.findings())).hasSize(2);
    assertThat(report.calibration()).isNull();
  }

  @Test
  void keepsBitsApartInFingerprints() {
    Fingerprint well = Fingerprint.of(new Probe(device(), 1, true));
    PretendedModel flipping = device().spoilingPixels(pixels -> PretendedModel.flipped(pixels, 0));

    assertThat(Fingerprint.parse(well.line())).isEqualTo(well);
    Fingerprint other = Fingerprint.of(new Probe(flipping, 1, true));
    assertThat(other).isNotEqualTo(well);
    assertThat(other.byQuestion().get("encode")).isEqualTo(well.byQuestion().get("encode"));
  }
}
