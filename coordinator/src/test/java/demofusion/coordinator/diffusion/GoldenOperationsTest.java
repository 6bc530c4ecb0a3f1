package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.fusion.CosineWeights;
import demofusion.coordinator.diffusion.resize.Bicubic;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.GaussianBlur;
import demofusion.protocol.GoldenData;
import demofusion.protocol.GoldenModes;
import demofusion.protocol.api.request.method.FusionSettings;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single operations against what torch and the authors' pipeline computed. */
class GoldenOperationsTest {
  private static final float TOLERANCE = 1e-5f;
  private final SafetensorsFile golden = SafetensorsFile.open(GoldenData.path("ops.safetensors"));

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void enlargesAsTorchDoes(int n) {
    Latent source = Latent.of(golden.tensor("bicubic." + n + ".in"));
    Latent wanted = Latent.of(golden.tensor("bicubic." + n + ".out"));

    Latent result = resize(source, wanted.extent());

    assertThat(result.samples()).containsExactly(wanted.samples(), Offset.offset(TOLERANCE));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void blursAsTheReferenceDoes(int n) {
    Latent source = Latent.of(golden.tensor("gaussian." + n + ".in"));
    // (kernel size, sigma): the reader narrows doubles to float32.
    float[] parameters = golden.tensor("gaussian." + n + ".parameters").values();
    float[] blurred = new float[source.samples().length];

    Dilation unpadded = new Dilation(source.extent(), 1);
    new GaussianBlur((Math.round(parameters[0]) + 1) / 2, parameters[1])
        .apply(source.samples(), blurred, source.channels(), unpadded);

    assertThat(blurred)
        .containsExactly(
            golden.tensor("gaussian." + n + ".blurred").values(), Offset.offset(TOLERANCE));
    Moments.of(blurred).standardise(blurred, Moments.of(source.samples()));
    assertThat(blurred)
        .containsExactly(
            golden.tensor("gaussian." + n + ".standardised").values(),
            Offset.offset(2 * TOLERANCE));
  }

  @Test
  void weighsThePathsAsTheReferenceDoes() {
    float[] timesteps = golden.tensor("cosine.timesteps").values();
    for (int n = 0; n < timesteps.length; n++) {
      CosineWeights weights = CosineWeights.at(timesteps[n], 1000, FusionSettings.defaults());

      assertThat((float) weights.skipResidual())
          .isCloseTo(golden.tensor("cosine.c1").values()[n], Offset.offset(TOLERANCE));
      assertThat((float) weights.dilated())
          .isCloseTo(golden.tensor("cosine.c2").values()[n], Offset.offset(TOLERANCE));
      assertThat((float) weights.gaussian())
          .isCloseTo(golden.tensor("cosine.c3").values()[n], Offset.offset(TOLERANCE));
    }
  }

  @Test
  void enlargesWhatDetailModeMixes() {
    Latent smaller = GoldenModes.latent("mixing.smaller");

    Latent enlarged = resize(smaller, GoldenModes.latent("mixing.latent_upscaled").extent());

    GoldenModes.assertAgrees(enlarged.samples(), "mixing.latent_upscaled");
  }

  @Test
  void resizingToTheSameSizeChangesNothing() {
    Tensor source = golden.tensor("bicubic.0.in");

    Latent same = resize(Latent.of(source), new LatentExtent(16, 16));

    assertThat(same.samples()).isEqualTo(source.values());
  }

  private static Latent resize(Latent source, LatentExtent extent) {
    Latent result = Latent.zeros(source.channels(), extent);
    Bicubic.resize(
        source,
        extent,
        (from, band, count) -> System.arraycopy(band, 0, result.samples(), from, count));
    return result;
  }
}
