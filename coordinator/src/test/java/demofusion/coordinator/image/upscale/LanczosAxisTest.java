package demofusion.coordinator.image.upscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanczosAxisTest {
  @Test
  void weighsAsTheReferenceDoes() {
    // modes_runs.py, lanczos(10, 4), second row
    double[] wanted = {
      -0.05641920157395043,
      0.037188322770118715,
      0.24098033155036921,
      0.3891961465245728,
      0.33469490493106835,
      0.13311410044118385,
      -0.028111159428960253,
      -0.05355118478897094,
      -0.009422299974803853,
      0.012330039549372415
    };

    double[] row = new double[10];
    LanczosAxis.Taps taps = new LanczosAxis(10, 4).taps(1);
    System.arraycopy(taps.weights(), 0, row, taps.first(), taps.weights().length);

    assertThat(row).containsExactly(wanted, Offset.offset(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"10, 4", "408, 256", "512, 512", "4096, 4095", "7, 1"})
  void weighsOneInAll_withoutReachingOut(int from, int to) {
    LanczosAxis axis = new LanczosAxis(from, to);
    for (int sample = 0; sample < to; sample++) {
      LanczosAxis.Taps taps = axis.taps(sample);

      assertThat(Arrays.stream(taps.weights()).sum()).isEqualTo(1, Offset.offset(1e-12));
      assertThat(taps.first()).isNotNegative();
      assertThat(taps.first() + taps.weights().length).isLessThanOrEqualTo(from);
    }
  }

  @Test
  void makesNothingLonger() {
    assertThatThrownBy(() -> new LanczosAxis(4, 5)).isInstanceOf(IllegalArgumentException.class);
  }
}
