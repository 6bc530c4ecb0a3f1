package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.ledger.WorkerId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkerLivenessTest {
  private static final WorkerId ONE = new WorkerId("one");
  private static final WorkerId TWO = new WorkerId("two");

  private final WorkerLiveness liveness = new WorkerLiveness();
  private long millis;

  @Test
  void findsSilentWhoSaysNothingForFourSeconds_onceOnly_andLostAfterTwenty() {
    liveness.expect(ONE, nanos());
    liveness.expect(TWO, nanos());

    assertThat(passing(3900)).isEmpty();
    liveness.heard(TWO, nanos());

    assertThat(passing(200)).isEqualTo("silent one ");
    assertThat(passing(15_700)).isEqualTo("silent two ");
    assertThat(passing(300)).isEqualTo("lost one ");
    assertThat(passing(4000)).isEqualTo("lost two ");
    assertThat(liveness.isWaiting()).isFalse();
  }

  @Test
  void saysThatASilentOneIsHeardAgain() {
    liveness.expect(ONE, nanos());
    assertThat(liveness.heard(ONE, nanos())).isFalse();
    passing(5000);

    assertThat(liveness.heard(ONE, nanos())).isTrue();
    assertThat(liveness.heard(ONE, nanos())).isFalse();
    assertThat(passing(3900)).isEmpty();
  }

  @Test
  void takesTimeInWhichItDidNotLook_forNobodysSilence() {
    liveness.expect(ONE, nanos());
    passing(3000);

    millis += 60_000;

    assertThat(check()).isEmpty();
    assertThat(passing(900)).isEmpty();
    assertThat(passing(200)).isEqualTo("silent one ");
  }

  @Test
  void isNotSurprisedByStrangers() {
    assertThat(liveness.heard(ONE, nanos())).isFalse();
    liveness.expect(ONE, nanos());
    liveness.forget(ONE);

    assertThat(passing(30_000)).isEmpty();
  }

  private long nanos() {
    return Duration.ofMillis(millis).toNanos();
  }

  /** What is found while time passes in tenths of seconds. */
  private String passing(int more) {
    StringBuilder found = new StringBuilder();
    for (long end = millis + more; millis < end; ) {
      millis += 100;
      found.append(check());
    }
    return found.toString();
  }

  private String check() {
    WorkerLiveness.Findings findings = liveness.check(nanos());
    StringBuilder found = new StringBuilder();
    findings.silent().forEach(worker -> found.append("silent ").append(worker.value()).append(' '));
    findings.lost().forEach(worker -> found.append("lost ").append(worker.value()).append(' '));
    return found.toString();
  }
}
