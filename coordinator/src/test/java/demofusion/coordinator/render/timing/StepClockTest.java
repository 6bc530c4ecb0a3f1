package demofusion.coordinator.render.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepClockTest {
  private final AtomicLong nanos = new AtomicLong();
  private final StepClock clock =
      new StepClock(nanos::get, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

  @Test
  void tellsWaitingFromComputingAndFromTheDisk() {
    clock.scattered();
    pass(10);
    clock.complete();
    pass(3); // the checkpoint
    clock.complete();
    clock.advancing();
    pass(2);
    clock.scattered();
    pass(20);
    clock.complete();
    clock.advancing();
    pass(1);
    clock.ended();

    assertThat(clock.times()).isEqualTo(new StepTimes(Instant.EPOCH, Instant.EPOCH, 30, 3, 3));
  }

  @Test
  void tellsWhatLiesBetweenTwoPhases() {
    clock.between(); // resumed there
    pass(4);
    clock.scattered();
    pass(10);
    clock.complete();
    clock.advancing();
    pass(2);
    clock.between();
    pass(5);
    clock.between(); // the picture is there, its windows are not
    pass(6);
    clock.scattered();
    pass(20);
    clock.complete();
    clock.advancing();
    clock.ended();

    assertThat(clock.times())
        .isEqualTo(new StepTimes(Instant.EPOCH, Instant.EPOCH, 30, 2, 0, 15.0));
  }

  @Test
  void knowsNothingOfARunThatHadNothingToDo() {
    clock.ended();

    assertThat(clock.times()).isNull();
  }

  private void pass(long seconds) {
    nanos.addAndGet(seconds * 1_000_000_000);
  }
}
