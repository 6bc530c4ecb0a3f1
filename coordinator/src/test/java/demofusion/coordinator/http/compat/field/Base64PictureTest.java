package demofusion.coordinator.http.compat.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base64PictureTest {
  /** In which both alphabets differ, and which needs padding. */
  private static final byte[] BYTES = {(byte) 0xfb, (byte) 0xff, (byte) 0xbf, 1, 2, 3, 4};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+/+/AQIDBA==",
        "-_-_AQIDBA==",
        "-_-_AQIDBA",
        "+/+/\r\nAQID\nBA==\n",
        "  +/+/ AQIDBA== ",
        "data:image/png;base64,+/+/AQIDBA==",
        "data:;base64,+/+/AQIDBA==",
        "data:application/octet-stream;base64,+/+/AQIDBA==",
        "DATA:image/webp;name=a.webp;BASE64,-_-_AQIDBA",
        "data:image/png;base64,%2B%2F%2b/AQIDBA%3D%3D",
        "data:image/png;base64, +/+/AQIDBA==",
      })
  void readsWhatClientsSend(String text) {
    assertThat(Base64Picture.decode(text)).isEqualTo(BYTES);
  }

  @Test
  void readsWhatJavasMimeEncoderWrites() {
    byte[] zeros = new byte[1000];

    assertThat(Base64Picture.decode(Base64.getMimeEncoder().encodeToString(zeros)))
        .isEqualTo(zeros);
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org/a.png, does not fetch",
    "HTTP://example.org/a.png, does not fetch",
    "file:///etc/passwd, does not fetch",
    "'data:image/png,abc', without ;base64",
    "data:image/png;base64, without ;base64",
    "C:\\picture.png, not valid base64",
    "Zm9=v, not valid base64",
    "Zm9vé, not valid base64",
    "Zm9vZ, not valid base64",
  })
  void saysWhatIsWrong(String text, String words) {
    assertThatThrownBy(() -> Base64Picture.decode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }
}
