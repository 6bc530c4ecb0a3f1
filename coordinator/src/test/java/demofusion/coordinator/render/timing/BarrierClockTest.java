package demofusion.coordinator.render.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BarrierClockTest {
  private final BarrierClock clock = new BarrierClock();

  @Test
  void losesNothing_withOneWorker() {
    clock.scattered(100);
    clock.answered("a", 150);
    clock.answered("a", 200);

    assertThat(clock.share(200)).isZero();
  }

  @Test
  void losesWhatTheOthersWait() {
    clock.scattered(0);
    clock.answered("a", 40);
    clock.answered("b", 100);

    assertThat(clock.share(100)).isEqualTo(0.3, within(1e-9));
  }

  @Test
  void beginsAnew_withEachTimestep() {
    clock.scattered(0);
    clock.answered("a", 10);
    clock.answered("b", 100);
    clock.scattered(100);
    clock.answered("b", 200);

    assertThat(clock.share(200)).isZero();
  }
}
