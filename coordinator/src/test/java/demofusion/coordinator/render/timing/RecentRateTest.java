package demofusion.coordinator.render.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RecentRateTest {
  private final RecentRate rate = new RecentRate();

  /** Asked each half second; a timestep begins each ten. */
  private double run(double from, double to, double before, double perSecond) {
    double latest = 0;
    for (double now = from; now <= to; now += 0.5) {
      if (now % 10 == 0) {
        rate.timestep(now);
      }
      latest = rate.at(now, before + (now - from) * perSecond);
    }
    return latest;
  }

  @Test
  void isThatOfTheWholeRun_whileItIsShort() {
    assertThat(rate.at(0, 0)).isZero();
    assertThat(rate.at(0, 5)).isZero();
    assertThat(run(0.5, 50, 1, 2)).isCloseTo(2, within(1e-9));
  }

  @Test
  void followsWorkersThatCameAndWent_withinAMinute() {
    assertThat(run(0, 1000, 0, 8)).isCloseTo(8, within(1e-9));
    assertThat(run(1000, 1030, 8000, 2)).isBetween(4.0, 6.0);
    assertThat(run(1030, 1070, 8060, 2)).isCloseTo(2, within(0.2));
    assertThat(run(1070, 1140, 8140, 8)).isCloseTo(8, within(0.1));
  }

  /** Within a timestep nothing is done for a long time while its last batches are waited for. */
  @Test
  void goesOverWholeTimesteps_whereTheyAreLong() {
    double latest = 0;
    for (int n = 0; n < 5; n++) {
      rate.timestep(n * 600);
      for (int second = 0; second < 600; second++) {
        latest = rate.at(n * 600 + second, n * 1200 + Math.min(second, 300) * 4);
      }
    }
    assertThat(latest).isBetween(1.9, 2.1);
  }

  @Test
  void isOfTheTimestepsThatAreOver_andOfTheOneNow() {
    double latest = 0;
    for (int n = 0; n < 20; n++) {
      rate.timestep(n * 100);
      for (int second = 0; second < 100; second++) {
        int now = n * 100 + second;
        latest = rate.at(now, now <= 1700 ? 9 * now : 9 * 1700 + (now - 1700));
      }
    }
    assertThat(latest).isCloseTo(1, within(0.1));
  }
}
