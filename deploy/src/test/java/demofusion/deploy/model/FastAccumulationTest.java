package demofusion.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.Precision;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FastAccumulationTest {
  private static final Optional<String> GPU = Optional.of("cuda:1");

  @Test
  void isFloat16_whereNothingElseIsSaid() {
    assertThat(FastAccumulation.of(Optional.empty(), GPU))
        .isEqualTo(FastAccumulation.of(Optional.of(Precision.FLOAT16), GPU))
        .isEqualTo(Precision.FLOAT16_FAST_ACCUMULATION);
  }

  @Test
  void isRefusedOnACpu() {
    assertThatThrownBy(() -> FastAccumulation.of(Optional.empty(), Optional.of("cpu")))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "--fast-accumulation needs a GPU, and the device is cpu: leave it out, or name a"
                + " --device cuda:N");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void isRefusedWhereNothingIsMultipliedInFloat16(Precision precision) {
    assertThatThrownBy(() -> FastAccumulation.of(Optional.of(precision), GPU))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "--fast-accumulation sums up in float16 and so needs --precision float16, not "
                + precision);
  }
}
