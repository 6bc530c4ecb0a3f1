package demofusion.coordinator.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartFormTest {
  private static MultipartForm parse(String body) {
    return MultipartForm.parse(
        ByteString.fromArray(body.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)), "b");
  }

  @Test
  void readsFieldsAndFiles() {
    List<MultipartForm.Part> parts =
        parse(
                """
                --b
                Content-Disposition: form-data; name="prompt"

                a fox,
                北京
                --b
                content-disposition: form-data; filename="x; name=\\"y\\".png"; name="image[]"
                Content-Type: image/png

                --bytes
                -b
                --b
                Content-Disposition: form-data; name=n

                2
                --b
                Content-Disposition: form-data; name="empty"; filename=""


                --b--
                ignored\
                """)
            .parts();

    assertThat(parts)
        .extracting(MultipartForm.Part::name)
        .containsExactly("prompt", "image[]", "n", "empty");
    assertThat(parts)
        .extracting(MultipartForm.Part::text)
        .containsExactly("a fox,\r\n北京", "--bytes\r\n-b", "2", "");
    assertThat(parts)
        .extracting(MultipartForm.Part::isFile)
        .containsExactly(false, true, false, true);
  }

  @Test
  void refusesTextsThatAreNotUtf8() {
    byte[] body =
        "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nSchlo\u00df\r\n--b--"
            .getBytes(StandardCharsets.ISO_8859_1);
    MultipartForm.Part prompt = MultipartForm.parse(ByteString.fromArray(body), "b").parts().get(0);

    assertThatThrownBy(prompt::text).hasMessageContaining("its field \"prompt\" is not UTF-8");
  }

  @Test
  void passesOverWhatStandsBefore() {
    assertThat(parse("before\n--b  \nContent-Disposition: form-data; name=n\n\n2\n--b--").parts())
        .hasSize(1);
    assertThat(parse("--b--").parts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "--b",
        "--b\n",
        "--b\nContent-Disposition: form-data; name=n",
        "--b\nContent-Disposition: form-data; name=n\n\n2",
        "--b\nContent-Disposition: form-data; name=n\n\n2\n--c--",
        "--b\nContent-Disposition: attachment; name=n\n\n2\n--b--",
        "--b\n\n2\n--b--",
        "{\"prompt\": \"a fox\"}",
      })
  void refusesWhatIsNone(String body) {
    assertThatThrownBy(() -> parse(body))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("multipart/form-data");
  }

  @Test
  void bearsWhatIsMeantToHurt() {
    String part = "--b\nContent-Disposition: form-data; name=n\n\n2\n";
    assertThatThrownBy(() -> parse(part.repeat(201) + "--b--"))
        .hasMessageContaining("more than 200 parts");
    String quotes = "; name=\"" + "\\\"".repeat(3000) + "\"";
    assertThat(parse("--b\nContent-Disposition: form-data" + quotes + "\n\n2\n--b--").parts())
        .hasSize(1);
    assertThatThrownBy(() -> parse("--b\nContent-Disposition: form-data; a=" + "x".repeat(9000)))
        .hasMessageContaining("head is too long");
  }
}
