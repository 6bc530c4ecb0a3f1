package demofusion.deploy.selftest.golden;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.selftest.Deviation;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HalfToleranceTest {
  @ParameterizedTest
  @ValueSource(strings = {"text", "unet", "decode", "encode", "run"})
  void failsAnswersOfZeros_whateverThePrecision(String network) {
    Tensor wanted = new Tensor(new int[] {3}, new float[] {0.5f, -2, 1});
    double ofZeros = Deviation.mean(Tensor.zeros(3), wanted);

    for (Precision precision : Precision.values()) {
      assertThat(HalfTolerance.of(network, precision))
          .as("%s in %s", network, precision)
          .isBetween(0.001, ofZeros / 2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "FLOAT16_FLOAT8"})
  void givesFloat8RoomInTheUnetOnly(Precision precision) {
    assertThat(HalfTolerance.of("text", precision)).isEqualTo(0.005);
    assertThat(HalfTolerance.of("decode", precision)).isEqualTo(0.005);
  }

  @Test
  void givesFloat8SixteenTimesTheRoom_inTheUnet() {
    assertThat(HalfTolerance.of("unet", Precision.FLOAT16_FLOAT8))
        .isEqualTo(16 * HalfTolerance.of("unet", Precision.FLOAT16));
  }
}
