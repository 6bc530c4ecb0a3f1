package demofusion.deploy.plan;

import demofusion.deploy.plan.Calibration.Forward;
import demofusion.deploy.plan.Calibration.MeasuredCard;
import demofusion.deploy.plan.Calibration.MeasuredModel;
import demofusion.deploy.plan.Calibration.Memory;
import demofusion.deploy.plan.Calibration.Picture;
import demofusion.deploy.plan.Calibration.Transfers;
import java.time.Instant;
import java.util.List;

/** Devices that were never measured. */
public final class Calibrations {
  private static final Instant NOVEMBER = Instant.parse("2026-11-29T12:00:00Z");

  private Calibrations() {}

  /** One that does 50 TFLOP/s in the UNet whatever the tile, and 10 in the VAE. */
  public static Calibration of(String card, String precision) {
    return new Calibration(
        Calibration.FORMAT,
        new MeasuredCard(card, "cuda", precision, 24L << 30, 1),
        new MeasuredModel("sdxl-random", "0123abcd"),
        "1.2.3",
        NOVEMBER,
        66.5,
        List.of(new Forward(128, 128, 1, 0.24, 12e12), new Forward(128, 128, 4, 0.96, 48e12)),
        List.of(
            new Picture(Picture.DECODE, 128, 128, 1, 10e12),
            new Picture(Picture.ENCODE, 128, 128, 0.5, 5e12)),
        0.05,
        0.004,
        new Transfers(12e9, 10e9),
        new Memory(9L << 30, 8L << 30));
  }
}
