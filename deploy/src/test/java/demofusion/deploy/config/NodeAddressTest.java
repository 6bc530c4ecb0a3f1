package demofusion.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7980, true",
    "localhost:7980, true",
    "LocalHost:7980, true",
    "[::1]:7980, true",
    "127.0.1.5:7980, false", // a name of some machine's leads there
    "0.0.0.0:7980, false",
    "a.lan:7980, false"
  })
  void knowsWhatEveryMachineCallsItself(String text, boolean isSelf) {
    assertThat(NodeAddress.parse("--http", text).meansThisMachine()).isEqualTo(isSelf);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1",
    "127.0.1.5:1",
    "[::1]:1",
    "localhost:1",
    "0.0.0.0:1",
    "nowhere.test:1"
  })
  void hasNothingToSay_ofAddressesThatAreMeant(String text) {
    assertThat(NodeAddress.parse("--bind", text).heardHereOnly()).isEmpty();
  }
}
