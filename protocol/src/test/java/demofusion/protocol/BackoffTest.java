package demofusion.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(1));

  @Test
  void doublesUpToTheLongest() {
    assertThat(IntStream.range(0, 5).mapToObj(BACKOFF::after).map(Duration::toMillis))
        .containsExactly(200L, 400L, 800L, 1000L, 1000L);
  }

  @Test
  void doesNotOverflow_howeverOftenItFails() {
    assertThat(BACKOFF.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void isExhausted_afterTheMostAttempts() {
    Backoff thrice = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), 3);

    assertThat(thrice.isExhausted(2)).isFalse();
    assertThat(thrice.isExhausted(3)).isTrue();
    assertThat(BACKOFF.isExhausted(Integer.MAX_VALUE - 1)).isFalse();
  }

  @Test
  void refusesALongestWaitThatIsShorterThanTheFirst() {
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessageContaining("PT2S")
        .hasMessageContaining("PT1S");
  }
}
