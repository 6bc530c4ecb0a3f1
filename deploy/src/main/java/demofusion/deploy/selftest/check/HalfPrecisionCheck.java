package demofusion.deploy.selftest.check;

import demofusion.deploy.plan.MemoryNeed;
import demofusion.deploy.plan.MemoryNeed.Precisions;
import demofusion.deploy.selftest.Deviation;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.deploy.selftest.golden.HalfTolerance;
import demofusion.deploy.terminal.ByteSizes;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tested model in half precision against the same model in float32 on the same device. */
public final class HalfPrecisionCheck implements SelftestCheck {
  /** Of a device's memory, what two models may take. */
  private static final double MOST_SHARE = 0.97;

  private final ModelSource source;
  private final Architecture architecture;

  /**
   * @param source of the tested model
   * @param architecture of it
   */
  public HalfPrecisionCheck(ModelSource source, Architecture architecture) {
    this.source = source;
    this.architecture = architecture;
  }

  @Override
  public String name() {
    return "half precision";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    Precision half = device.precision();
    String model = device.model().card().name();
    if (half == Precision.FLOAT32) {
      return List.of(Finding.skip(name(), model, "the model is tested in float32"));
    }
    long need = bytes(half) + bytes(Precision.FLOAT32);
    long size = device.model().memory().map(DeviceMemory::sizeBytes).orElse(Long.MAX_VALUE);
    if (need > MOST_SHARE * size) {
      String why = "the model and its float32 take %s, of %s";
      return List.of(
          Finding.skip(name(), model, why.formatted(ByteSizes.words(need), ByteSizes.words(size))));
    }
    Map<String, Tensor> wanted;
    try (DiffusionModel float32 = device.loader().load(source, Precision.FLOAT32)) {
      wanted = new Probe(float32, device.threads(), device.quick()).answers();
    }
    List<Finding> findings = new ArrayList<>();
    new Probe(device.model(), device.threads(), device.quick())
        .answers()
        .forEach(
            (question, tensor) ->
                findings.add(
                    Finding.atMost(
                        name(),
                        question + ", " + half,
                        "mean difference from float32",
                        Deviation.mean(tensor, wanted.get(question)),
                        HalfTolerance.of(Probe.network(question), half))));
    return findings;
  }

  private long bytes(Precision precision) {
    return MemoryNeed.ofForwards(
            new LatentExtent(
                architecture.geometry().sampleSize(), architecture.geometry().sampleSize()),
            2,
            architecture,
            Precisions.of(architecture, precision),
            false,
            1)
        .bytes();
  }
}
