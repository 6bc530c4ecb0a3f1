package demofusion.coordinator.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignatureTest {
  /** As {@code printf '1000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef} says. */
  @Test
  void isWhatAnotherToolMakesOfIt() {
    assertThat(
            Signature.of(
                "{}".getBytes(StandardCharsets.UTF_8),
                "0123456789abcdef",
                Instant.ofEpochSecond(1000)))
        .isEqualTo("t=1000,v1=bd3e8b6d13803a2406a848a68bc7a2e80b251fb9d894858564c77ce80a4aa634");
  }
}
