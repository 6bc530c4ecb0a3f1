package demofusion.deploy.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PlotRangeTest {
  @Test
  void showsAllValues_withRoomAtBothEnds() {
    PlotRange range = PlotRange.around(new double[] {18, 138, 54}, 0);

    assertThat(range.least()).isLessThan(18);
    assertThat(range.most()).isGreaterThan(138);
    assertThat(range.most() - 138).isCloseTo(18 - range.least(), within(1e-9));
  }

  @Test
  void makesADifferenceOfNothing_lookLikeNothing() {
    PlotRange range = PlotRange.around(new double[] {0.201, 0.209}, 0.2);

    assertThat(range.span()).isGreaterThan(0.2);
    assertThat(PlotRange.around(new double[] {5}, 0).span()).isPositive();
  }

  @Test
  void findsLabelsCrowded_onlyWherePointsAreNearBothWays() {
    double[] xs = {0, 1, 100};
    double[] ys = {0, 0.01, 0.01};
    PlotRange across = PlotRange.around(xs, 0);
    PlotRange up = PlotRange.around(ys, 1);

    assertThat(up.isCrowded(ys, across, xs, 0)).isFalse();
    assertThat(up.isCrowded(ys, across, xs, 1)).isTrue();
    assertThat(up.isCrowded(ys, across, xs, 2)).isFalse();
  }
}
