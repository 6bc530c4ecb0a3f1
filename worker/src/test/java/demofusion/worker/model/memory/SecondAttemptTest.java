package demofusion.worker.model.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SecondAttemptTest {
  private final AtomicInteger attempts = new AtomicInteger();

  private String failing(FailureCode code, int times) {
    if (attempts.incrementAndGet() <= times) {
      throw new DemofusionException(code, "attempt " + attempts);
    }
    return "done";
  }

  @Test
  void triesOnceMore_whereSomethingWent() {
    assertThat(SecondAttempt.of(() -> failing(FailureCode.OUT_OF_MEMORY, 1), () -> true))
        .isEqualTo("done");
    assertThat(attempts).hasValue(2);
  }

  @Test
  void givesUpAfterThat() {
    assertThatThrownBy(
            () -> SecondAttempt.of(() -> failing(FailureCode.OUT_OF_MEMORY, 9), () -> true))
        .hasMessage("attempt 2");
  }

  @Test
  void doesNotTryAgain_whereNothingCouldGo() {
    assertThatThrownBy(
            () -> SecondAttempt.of(() -> failing(FailureCode.OUT_OF_MEMORY, 1), () -> false))
        .hasMessage("attempt 1");
  }

  @Test
  void makesNoRoomForOtherFailures() {
    assertThatThrownBy(
            () ->
                SecondAttempt.of(
                    () -> failing(FailureCode.BAD_MODEL, 1),
                    () -> {
                      throw new AssertionError("nothing is short of room");
                    }))
        .hasMessage("attempt 1");
  }
}
