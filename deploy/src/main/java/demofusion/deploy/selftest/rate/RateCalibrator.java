package demofusion.deploy.selftest.rate;

import demofusion.deploy.launch.Installation;
import demofusion.deploy.plan.Calibration;
import demofusion.deploy.plan.Calibration.Forward;
import demofusion.deploy.plan.Calibration.MeasuredCard;
import demofusion.deploy.plan.Calibration.MeasuredModel;
import demofusion.deploy.plan.Calibration.Memory;
import demofusion.deploy.plan.Calibration.Picture;
import demofusion.deploy.plan.Calibration.Transfers;
import demofusion.deploy.plan.MemoryNeed;
import demofusion.deploy.plan.MemoryNeed.Precisions;
import demofusion.deploy.selftest.Calibrator;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.deploy.terminal.ByteSizes;
import demofusion.protocol.model.ModelCard;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.torch.DeviceProbe;
import demofusion.worker.model.torch.HardwareName;
import demofusion.worker.model.torch.TorchDevice;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Measures a device by the model that is on it: the networks' rates against the device's own, the
 * gap between forwards, the way there and back, and the memory that the largest forward left taken.
 */
public final class RateCalibrator implements Calibrator {
  private static final String CHECK = "rates";

  private final Architecture architecture;
  private final InstantSource clock;

  /**
   * @param architecture of the model that is on the device
   */
  public RateCalibrator(Architecture architecture, InstantSource clock) {
    this.architecture = architecture;
    this.clock = clock;
  }

  @Override
  public Measured measure(SelftestDevice device) {
    TorchDevice torch = TorchDevice.parse(device.model().card().device());
    NetworkRates networks = new NetworkRates(device, architecture);
    List<Forward> forwards = networks.forwards();
    Memory memory = memory(device, networks, forwards);
    double matrix;
    DeviceProbe.Transfers transfers;
    int cores = Runtime.getRuntime().availableProcessors();
    try (DeviceProbe probe = DeviceProbe.load(torch, device.precision(), cores)) {
      matrix = probe.matrixTeraflops();
      transfers = probe.transfers();
    }
    ModelCard card = device.model().card();
    Calibration calibration =
        new Calibration(
            Calibration.FORMAT,
            new MeasuredCard(
                HardwareName.of(torch),
                card.deviceKind(),
                card.precision().toString(),
                device.model().memory().map(DeviceMemory::sizeBytes).orElse(0L),
                device.model().lanes(device.threads())),
            new MeasuredModel(card.name(), card.hash()),
            Installation.version(),
            clock.instant().truncatedTo(ChronoUnit.SECONDS),
            matrix,
            forwards,
            networks.pictures(),
            networks.textSeconds(),
            networks.gapShare(forwards.get(0)),
            new Transfers(transfers.toDevice(), transfers.fromDevice()),
            memory);
    return new Measured(calibration, findings(calibration));
  }

  /** libtorch keeps what a forward took, so the driver still shows it when the forward is over. */
  private Memory memory(SelftestDevice device, NetworkRates networks, List<Forward> forwards) {
    int views = forwards.stream().mapToInt(Forward::views).max().orElseThrow();
    MemoryNeed need =
        MemoryNeed.ofForwards(
            networks.tile(),
            networks.samples() * views,
            architecture,
            Precisions.of(architecture, device.precision()),
            device.isGpu(),
            device.model().lanes(device.threads()));
    long used =
        device.isGpu() ? device.model().memory().map(DeviceMemory::usedBytes).orElse(0L) : 0;
    return new Memory(need.bytes(), used);
  }

  private static List<Finding> findings(Calibration measured) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        finding(
            "matrix product",
            "%.3g TFLOP/s in %s, the device's own rate",
            measured.matrixTeraflops(),
            measured.device().precision()));
    for (Forward each : measured.forwards()) {
      findings.add(
          finding(
              "unet " + each.width() + "x" + each.height() + ", " + each.views(),
              "%.4g s a forward, %.3g TFLOP/s, %.0f %% of the matrix rate",
              each.seconds(),
              each.rate() / 1e12,
              100 * measured.matrixShare(each)));
    }
    measured.pictures().stream()
        .sorted(Comparator.comparing(Picture::task))
        .forEach(
            each ->
                findings.add(
                    finding(
                        "vae " + each.task() + " " + each.width() + "x" + each.height(),
                        "%.4g s, %.3g TFLOP/s",
                        each.seconds(),
                        each.rate() / 1e12)));
    findings.add(finding("text", "%.4g s a prompt", measured.textSeconds()));
    findings.add(finding("gap", "%.2f %% of the time between forwards", 100 * measured.gapShare()));
    findings.add(
        finding(
            "transfers",
            "%.3g GB/s to the device, %.3g GB/s back",
            measured.transfers().toDevice() / 1e9,
            measured.transfers().fromDevice() / 1e9));
    Memory memory = measured.memory();
    findings.add(
        memory.peakBytes() == 0
            ? Finding.skip(CHECK, "memory", "what a forward takes is not told here")
            : finding(
                "memory",
                "%s taken where %s were foretold",
                ByteSizes.words(memory.peakBytes()),
                ByteSizes.words(memory.foretoldBytes())));
    return findings;
  }

  private static Finding finding(String subject, String sentence, Object... values) {
    return Finding.pass(CHECK, subject, String.format(Locale.ROOT, sentence, values));
  }
}
