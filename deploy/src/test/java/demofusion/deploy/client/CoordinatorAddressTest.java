package demofusion.deploy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorAddressTest {
  @ParameterizedTest
  @CsvSource({
    "http://LOCALHOST:7980, true",
    "http://127.0.0.1:7980/, true",
    "http://[::1]:7980, true",
    "http://[0:0:0:0:0:0:0:1]:7980, true",
    "https://farm.example.org/render/, false",
    "http://render_coordinator:7980, false",
    "http://[fd00::7]:7980, false"
  })
  void readsWhereverACoordinatorMayBe(String text, boolean isLoopback) {
    CoordinatorAddress address = CoordinatorAddress.parse(text);

    assertThat(address).hasToString(text.replaceAll("/$", ""));
    assertThat(address.isLoopback()).isEqualTo(isLoopback);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "render_coordinator:7980",
        "http://",
        "http://render_coordinator:99999",
        "http://me:word@render_coordinator",
        "ftp://farm.example.org"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> CoordinatorAddress.parse(text))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "the coordinator's address \"" + text + "\" must be like http://127.0.0.1:7980");
  }

  @Test
  void saysWhyANameCannotHaveACertificate() {
    assertThatThrownBy(() -> CoordinatorAddress.parse("https://render_coordinator:7980"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("render_coordinator, which https does not allow")
        .hasMessageContaining("use another name of that host");
  }
}
