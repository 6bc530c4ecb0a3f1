package demofusion.deploy.compare.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntervalTest {
  private static List<Double> normal(int count, double mean, long seed) {
    Random random = new Random(seed);
    List<Double> values = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      values.add(mean + random.nextGaussian());
    }
    return values;
  }

  @Test
  void isAboutTwoStandardErrorsWide() {
    Interval interval = Interval.of(normal(100, 3, 1));

    assertThat(interval.pictures()).isEqualTo(100);
    assertThat(interval.high() - interval.low()).isCloseTo(0.39, within(0.06));
    assertThat(interval.low()).isLessThan(interval.mean());
    assertThat(interval.high()).isGreaterThan(interval.mean());
    assertThat(interval.p()).isLessThan(0.001);
  }

  @Test
  void isTheSameEveryTime() {
    assertThat(Interval.of(normal(30, 0, 2))).isEqualTo(Interval.of(normal(30, 0, 2)));
  }

  @Test
  void holdsTheTrueMean_inAboutNineteenOfTwenty() {
    int holds = 0;
    for (int n = 0; n < 60; n++) {
      Interval interval = Interval.of(normal(20, 1, 100 + n));
      holds += interval.low() <= 1 && interval.high() >= 1 ? 1 : 0;
    }

    assertThat(holds).isBetween(51, 60);
  }

  @Test
  void triesEveryCombinationOfSigns_ofFewPictures() {
    // Of 2^5 combinations only all and none are as far from 0.
    assertThat(Interval.of(List.of(1.0, 2.0, 3.0, 4.0, 5.0)).p()).isEqualTo(2 / 32.0);
    assertThat(Interval.of(List.of(1.0, -1.0)).p()).isEqualTo(1);
    assertThat(Interval.of(Collections.nCopies(1, 4.0)).p()).isEqualTo(1);
  }
}
