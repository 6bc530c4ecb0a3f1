package demofusion.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.render.timing.StepTimes;
import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LostTimeTest {
  private static final Offset<Double> NEAR = within(1e-9);

  @Test
  void tellsWhereTheTimeWent() {
    // 10 units of 1 s by 4 workers are 3 rounds: 2.5 s of work for each, half a second of waiting.
    PlanLimit limit = new PlanLimit(10, 3, 4, 0);
    Instant submitted = Instant.EPOCH;
    StepTimes times =
        new StepTimes(submitted.plusMillis(250), submitted.plusSeconds(4), 3.35, 0.3, 0.1);

    LostTime lost = LostTime.of(limit, 1, submitted, times);

    assertThat(lost.work()).isCloseTo(2.5 / 4, NEAR);
    assertThat(lost.barrier()).isCloseTo(0.5 / 4, NEAR);
    assertThat(lost.beginning()).isCloseTo(0.25 / 4, NEAR);
    assertThat(lost.coordinator()).isCloseTo(0.4 / 4, NEAR);
    assertThat(lost.pictures()).isZero();
    assertThat(lost.network()).isCloseTo(0.35 / 4, NEAR);
  }

  /** Half a second of waiting in the plan, of which units of the next timestep took 0.2 s. */
  @Test
  void losesNoMoreToTheBarrierThanThereIs() {
    PlanLimit limit = new PlanLimit(10, 3, 4, 0);
    Instant submitted = Instant.EPOCH;
    StepTimes times = new StepTimes(submitted, submitted.plusMillis(2900), 2.8, 0.1, 0.0);

    LostTime lost = LostTime.of(limit, 1, submitted, times);

    assertThat(lost.work()).isCloseTo(2.5 / 2.9, NEAR);
    assertThat(lost.barrier()).isCloseTo(0.3 / 2.9, NEAR);
    assertThat(lost.network()).isCloseTo(0, NEAR);
  }

  /** Of 0.7 s between two phases half a second is the plan's: windows were encoded. */
  @Test
  void tellsWhatWaitedForAPicture() {
    PlanLimit limit = new PlanLimit(10, 3, 4, 0.5);
    Instant submitted = Instant.EPOCH;
    StepTimes times = new StepTimes(submitted, submitted.plusSeconds(4), 3, 0.3, 0.0, 0.7);

    LostTime lost = LostTime.of(limit, 1, submitted, times);

    assertThat(lost.pictures()).isCloseTo(0.2 / 4, NEAR);
    assertThat(lost.network()).isCloseTo(0.5 / 4, NEAR);
  }
}
