package demofusion.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogThrottleTest {
  private final LogThrottle gate = new LogThrottle();

  @Test
  void letsTenThrough_thenSaysHowManyItLeftOut() {
    for (int n = 0; n < 10; n++) {
      assertThat(gate.pass("batch-failed gpu-1", n)).hasValue(0);
    }
    for (int n = 0; n < 500; n++) {
      assertThat(gate.pass("batch-failed gpu-1", n)).isEmpty();
    }

    assertThat(gate.pass("batch-failed gpu-1", Duration.ofSeconds(10).toNanos())).hasValue(500);
    assertThat(gate.pass("batch-failed gpu-1", Duration.ofSeconds(10).toNanos())).hasValue(0);
  }

  @Test
  void keepsKindsApart() {
    for (int n = 0; n < 100; n++) {
      gate.pass("batch-failed gpu-1", n);
    }

    assertThat(gate.pass("batch-failed gpu-2", 100)).hasValue(0);
  }
}
