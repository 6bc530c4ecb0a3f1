package demofusion.deploy.selftest.golden;

import demofusion.deploy.selftest.Deviation;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.DiffusionModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleBiFunction;

/**
 * Golden networks and whole pictures on the device: in float32 within what the CPU is held to, and
 * in the half precision that the device works in against its own float32.
 */
public final class GoldenCheck implements SelftestCheck {
  /** As the tests of this program hold the CPU to. */
  private static final double FLOAT32_NETWORK = 1e-4;

  /** The tests' 2e-4 of a latent whose largest value is 4. */
  private static final double FLOAT32_RUN = 5e-5;

  private static final String RUN = "run";

  private final List<GoldenModel> models;
  private final boolean wholeRuns;

  /**
   * @param wholeRuns whether pictures are drawn too, not only networks asked
   */
  public GoldenCheck(List<GoldenModel> models, boolean wholeRuns) {
    this.models = List.copyOf(models);
    this.wholeRuns = wholeRuns;
  }

  @Override
  public String name() {
    return "golden";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    List<Finding> findings = new ArrayList<>();
    for (GoldenModel model : models) {
      device.progress().accept(name() + ": " + model.name() + " in float32");
      Map<String, Tensor> float32 = answers(device, model, Precision.FLOAT32);
      findings.addAll(againstReference(model, float32));
      Precision half = device.precision();
      if (half == Precision.FLOAT32) {
        findings.add(
            Finding.skip(
                name(),
                model.name() + " in half",
                "this device works in float32; --precision float16 or bfloat16 tests that"));
      } else {
        device.progress().accept(name() + ": " + model.name() + " in " + half);
        findings.addAll(againstFloat32(model, half, answers(device, model, half), float32));
      }
    }
    return findings;
  }

  private Map<String, Tensor> answers(
      SelftestDevice device, GoldenModel golden, Precision precision) {
    try (DiffusionModel model = device.loader().load(golden.source(), precision)) {
      return GoldenAnswers.of(golden, model, device.threads(), wholeRuns);
    } catch (DemofusionException e) {
      String sentence = golden.name() + " in " + precision + ": " + e.userMessage();
      throw new DemofusionException(e.code(), sentence, e);
    }
  }

  private List<Finding> againstReference(GoldenModel model, Map<String, Tensor> answers) {
    SafetensorsFile reference = model.answers();
    List<Finding> findings = new ArrayList<>();
    worst(answers, (name, tensor) -> Deviation.largest(tensor, reference.tensor(name)))
        .forEach(
            (network, deviation) ->
                findings.add(
                    Finding.atMost(
                        name(),
                        network + " of " + model.name() + ", float32",
                        "largest difference from the reference",
                        deviation,
                        network.equals(RUN) ? FLOAT32_RUN : FLOAT32_NETWORK)));
    return findings;
  }

  private List<Finding> againstFloat32(
      GoldenModel model, Precision half, Map<String, Tensor> answers, Map<String, Tensor> float32) {
    List<Finding> findings = new ArrayList<>();
    worst(answers, (name, tensor) -> Deviation.mean(tensor, wanted(float32, name)))
        .forEach(
            (network, deviation) ->
                findings.add(
                    Finding.atMost(
                        name(),
                        network + " of " + model.name() + ", " + half,
                        "mean difference from float32",
                        deviation,
                        HalfTolerance.of(network, half))));
    return findings;
  }

  private static Tensor wanted(Map<String, Tensor> float32, String name) {
    return Objects.requireNonNull(float32.get(name), name);
  }

  /** The worst answer of each network. */
  private static Map<String, Double> worst(
      Map<String, Tensor> answers, ToDoubleBiFunction<String, Tensor> deviation) {
    Map<String, Double> worst = new LinkedHashMap<>();
    answers.forEach(
        (name, tensor) ->
            worst.merge(network(name), deviation.applyAsDouble(name, tensor), Math::max));
    return worst;
  }

  private static String network(String name) {
    return name.substring(0, name.indexOf('.'));
  }
}
