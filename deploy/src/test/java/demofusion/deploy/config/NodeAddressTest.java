package demofusion.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7980, true",
    "localhost:7980, true",
    "LocalHost:7980, true",
    "[::1]:7980, true",
    "[0:0:0:0:0:0:0:1]:7980, true",
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

  @ParameterizedTest
  @CsvSource({
    "LOCALHOST:25520, localhost:25520",
    "Render_Coordinator:25520, render_coordinator:25520",
    "10.0.0.7:0, 10.0.0.7:0",
    "[::1]:7980, [::1]:7980",
    "[0:0:0:0:0:0:0:1]:7980, [::1]:7980",
    "[::]:0, [::]:0",
    "[2001:DB8:0:0:8:800:200C:417A]:1, [2001:db8::8:800:200c:417a]:1",
    "[2001:0db8:0:0:1:0:0:0001]:1, [2001:db8::1:0:0:1]:1",
    "[fd00:0:0:1:0:0:0:0]:1, [fd00:0:0:1::]:1",
    "[1:0:2:0:3:0:4:0]:1, [1:0:2:0:3:0:4:0]:1",
    "[fe80::1%1]:1, [fe80::1%1]:1"
  })
  void writesAnAddressInOneWay_howeverItWasTyped(String typed, String written) {
    NodeAddress address = NodeAddress.parse("--join", typed);

    assertThat(address).hasToString(written);
    assertThat(NodeAddress.parse("--join", written)).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource({
    "gpu-head, 'must be HOST:PORT with a port from 0 to 65535'",
    "gpu-head:65536, 'must be HOST:PORT with a port from 0 to 65535'",
    ":25520, 'is neither a host name nor an address'",
    "::1:25520, 'with an IPv6 address in brackets, for example [::1]:7980'",
    "[::1, must be HOST:PORT",
    "[::12345]:1, is no IPv6 address",
    "[1:2:3]:1, is no IPv6 address",
    "300.0.0.1:1, is neither a host name nor an address",
    "gpu head:1, is neither a host name nor an address",
    "gpu..head:1, is neither a host name nor an address",
    "http://gpu-head:1, must be HOST:PORT",
    "gpu-head/x:1, is neither a host name nor an address"
  })
  void refusesInOneSentence_whatIsNoAddress(String typed, String words) {
    assertThatThrownBy(() -> NodeAddress.parse("--join", typed))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--join \"" + typed + "\"")
        .hasMessageContaining(words);
  }

  @Test
  void isAHostInUrls_withBracketsAndWithoutUnderscores() {
    assertThat(new NodeAddress("localhost", 1).hostInUrls()).contains("localhost");
    assertThat(new NodeAddress("::1", 1).hostInUrls()).contains("[::1]");
    assertThat(new NodeAddress("no_where.invalid", 1).hostInUrls()).isEmpty();
    assertThat(NodeAddress.ofUrl("[::1]", 1)).isEqualTo(new NodeAddress("::1", 1));
    assertThat(NodeAddress.ofUrl("gpu-head", 1)).isEqualTo(new NodeAddress("gpu-head", 1));
  }
}
