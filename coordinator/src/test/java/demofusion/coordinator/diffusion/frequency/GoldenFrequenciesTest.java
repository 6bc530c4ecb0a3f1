package demofusion.coordinator.diffusion.frequency;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.protocol.GoldenModes;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Low-pass, frequency mixing and structure guidance against the reference (modes section 12). */
class GoldenFrequenciesTest {
  private static final double SHARE = 0.125;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void keepsLowFrequenciesAsTorchDoes(int number) {
    String name = "low." + number + ".";
    Latent x = GoldenModes.latent(name + "x");
    int[] size = GoldenModes.integers(name + "size");
    LowPass lowPass = new LowPass(4, x.extent(), new LatentExtent(size[0], size[1]));
    float[] low = new float[x.samples().length];

    Latent small = lowPass.down(x.samples());
    lowPass.addUp(small, 1, low);

    GoldenModes.assertAgrees(small.samples(), name + "down");
    GoldenModes.assertAgrees(low, name + "low");
  }

  @Test
  void mixesFrequenciesAsTheReferenceDoes() {
    Latent mixed = GoldenModes.latent("mixing.picture_upscaled");

    FrequencyMixing.mix(
        lowPass(mixed.extent()), mixed.samples(), GoldenModes.values("mixing.latent_upscaled"));

    GoldenModes.assertAgrees(mixed.samples(), "mixing.reference");
  }

  @ParameterizedTest
  @ValueSource(ints = {581, 301, 21, 1})
  void guidesWhateverTheModelPredicts(int timestep) {
    String name = "structure." + timestep + ".";
    float[] scalars = GoldenModes.values(name + "scalars"); // alpha, s, gamma
    double alpha = scalars[0];
    double s = scalars[1];

    GoldenModes.assertAgrees(
        guided(PredictionType.EPSILON.clean(alpha, s), scalars[2]), name + "epsilon");
    GoldenModes.assertAgrees(
        guided(PredictionType.V_PREDICTION.clean(alpha, s), scalars[2]), name + "v_prediction");
    GoldenModes.assertAgrees(guided(new Estimate(0, 1), scalars[2]), name + "sample");
  }

  private static float[] guided(Estimate clean, double strength) {
    float[] prediction = GoldenModes.values("structure.prediction").clone();
    guidance("structure.reference")
        .guide(GoldenModes.values("structure.x"), prediction, clean, strength);
    return prediction;
  }

  @Test
  void makesATimestepOfDetailModeAsTheReferenceDoes() {
    float[] x = GoldenModes.values("detail_step.x");
    float[] scalars = GoldenModes.values("detail_step.scalars"); // alpha, s, gamma, a, b
    float[] prediction = GoldenModes.values("fuse.cosine").clone();
    Estimate clean = PredictionType.EPSILON.clean(scalars[0], scalars[1]);

    guidance("detail_step.reference").guide(x, prediction, clean, scalars[2]);
    float[] next = new float[x.length];
    for (int n = 0; n < next.length; n++) {
      next[n] = scalars[3] * x[n] + scalars[4] * prediction[n];
    }

    GoldenModes.assertAgrees(prediction, "detail_step.guided");
    GoldenModes.assertAgrees(next, "detail_step.next");
  }

  @Test
  void guidesTheSameInSigmaSpace() {
    float[] scalars = GoldenModes.values("structure.301.scalars");
    double sigma = scalars[1] / scalars[0];
    float[] x = GoldenModes.values("structure.x").clone();
    for (int n = 0; n < x.length; n++) {
      x[n] /= scalars[0];
    }
    float[] prediction = GoldenModes.values("structure.prediction").clone();

    guidance("structure.reference").guide(x, prediction, new Estimate(1, -sigma), scalars[2]);

    GoldenModes.assertAgrees(prediction, "structure.301.epsilon");
  }

  @Test
  void isAsStrongAsTheNoiseThatIsLeft() {
    float[] first = GoldenModes.values("structure.581.scalars");

    for (int timestep : new int[] {581, 301, 21, 1}) {
      float[] scalars = GoldenModes.values("structure." + timestep + ".scalars");
      assertThat((float) StructureGuidance.strength(scalars[1], first[1]))
          .isCloseTo(scalars[2], Offset.offset(1e-6f));
    }
  }

  private static StructureGuidance guidance(String name) {
    Latent reference = GoldenModes.latent(name);
    LowPass lowPass = lowPass(reference.extent());
    return new StructureGuidance(lowPass, lowPass.down(reference.samples()));
  }

  private static LowPass lowPass(LatentExtent extent) {
    return new LowPass(
        4,
        extent,
        new LatentExtent(
            LowPass.smallSide(extent.height(), SHARE), LowPass.smallSide(extent.width(), SHARE)));
  }
}
