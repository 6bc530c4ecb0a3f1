package demofusion.deploy.selftest.rate;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.plan.Calibration;
import demofusion.deploy.plan.Calibration.Forward;
import demofusion.deploy.plan.Calibration.Picture;
import demofusion.deploy.plan.CalibrationFile;
import demofusion.deploy.selftest.Calibrator.Measured;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateCalibratorIT {
  private static final ModelSource MINIATURE = ModelSource.of(Path.of("models", "miniature"));
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  @TempDir Path folder;

  @Test
  void measuresWhatAPlanNeeds_onTheCpu() throws IOException {
    Measured measured;
    try (DiffusionModel model = ModelFolder.open(MINIATURE).load("cpu", Precision.FLOAT32)) {
      SelftestDevice device = new SelftestDevice(model, 1, true, (s, p) -> model, said -> {});
      measured =
          new RateCalibrator(Architecture.read(MINIATURE), InstantSource.fixed(NOW))
              .measure(device);
    }

    Calibration calibration = measured.calibration();
    assertThat(calibration.device().kind()).isEqualTo("cpu");
    assertThat(calibration.measuredAt()).isEqualTo(NOW);
    assertThat(calibration.forwards()).extracting(Forward::views).contains(1, 2);
    assertThat(calibration.forwards())
        .allSatisfy(each -> assertThat(calibration.matrixShare(each)).isPositive());
    assertThat(calibration.pictures()).extracting(Picture::task).contains("decode", "encode");
    assertThat(calibration.gapShare()).isBetween(0.0, 0.5);
    assertThat(calibration.memory().foretoldBytes()).isGreaterThan(20L << 20);
    assertThat(measured.findings()).noneMatch(finding -> finding.failed());
    Path file = Files.writeString(folder.resolve("c.json"), CalibrationFile.write(calibration));
    assertThat(CalibrationFile.read(file)).isEqualTo(calibration);
  }
}
