package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Deviation;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.deploy.selftest.golden.HalfTolerance;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tested model in half precision against the same model in float32 on the same device. */
public final class HalfPrecisionCheck implements SelftestCheck {
  private final ModelSource source;

  /**
   * @param source of the tested model
   */
  public HalfPrecisionCheck(ModelSource source) {
    this.source = source;
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
    Map<String, Tensor> wanted;
    try (DiffusionModel float32 = device.loader().load(source, Precision.FLOAT32)) {
      wanted = new Probe(float32, device.threads(), device.quick()).answers();
    } catch (DemofusionException e) {
      if (e.code() == FailureCode.OUT_OF_MEMORY) {
        return List.of(
            Finding.skip(
                name(),
                model,
                "the model does not fit a second time, in float32: " + e.userMessage()));
      }
      throw e;
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
}
