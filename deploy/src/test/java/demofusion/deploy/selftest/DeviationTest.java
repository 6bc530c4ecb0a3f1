package demofusion.deploy.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.latent.Tensor;
import org.junit.jupiter.api.Test;

class DeviationTest {
  private static final Tensor WANTED = tensor(3, -4);

  private static Tensor tensor(float... values) {
    return new Tensor(new int[] {values.length}, values);
  }

  @Test
  void measuresInUnitsOfWhatIsWanted() {
    Tensor actual = tensor(3, -2);

    assertThat(Deviation.absolute(actual, WANTED)).isEqualTo(2);
    assertThat(Deviation.largest(actual, WANTED)).isEqualTo(0.5);
    assertThat(Deviation.mean(actual, WANTED)).isCloseTo(0.4, within(1e-12));
    assertThat(Deviation.mean(WANTED, WANTED)).isZero();
  }

  @Test
  void isInfinite_whereThereIsNothingToCompare() {
    for (Tensor actual : new Tensor[] {tensor(3, -4, 0), tensor(Float.NaN, -4)}) {
      assertThat(Deviation.absolute(actual, WANTED)).isInfinite();
      assertThat(Deviation.largest(actual, WANTED)).isInfinite();
      assertThat(Deviation.mean(actual, WANTED)).isInfinite();
    }
  }

  @Test
  void failsAFinding_whoseFigureIsTooLargeOrNone() {
    assertThat(Finding.atMost("a", "b", "far", 0.1, 0.1).failed()).isFalse();
    assertThat(Finding.atMost("a", "b", "far", 0.2, 0.1).failed()).isTrue();
    assertThat(Finding.atMost("a", "b", "far", Double.NaN, 0.1).failed()).isTrue();
  }
}
