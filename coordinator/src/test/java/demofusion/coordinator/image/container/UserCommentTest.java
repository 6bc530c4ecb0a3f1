package demofusion.coordinator.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UserCommentTest {
  @Test
  void readsWhatIsShorterThanItsCode() {
    for (int bytes = 0; bytes < 8; bytes++) {
      assertThat(UserComment.decode(new byte[bytes], ByteOrder.BIG_ENDIAN)).isEmpty();
    }
    assertThat(
            UserComment.decode("short".getBytes(StandardCharsets.UTF_8), ByteOrder.LITTLE_ENDIAN))
        .isEqualTo("short");
  }
}
