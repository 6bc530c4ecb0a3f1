package demofusion.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortRangeTest {
  @Test
  void readsOnePortOrSeveralOrNone() {
    assertThat(PortRange.parse("--metrics", "a-b.lan:7981"))
        .contains(new PortRange("a-b.lan", 7981, 7981));
    assertThat(PortRange.parse("--metrics", "[::1]:7981-7999"))
        .contains(new PortRange("::1", 7981, 7999));
    assertThat(PortRange.parse("--metrics", "127.0.0.1:0"))
        .hasValueSatisfying(range -> assertThat(range.isOne()).isTrue());
    assertThat(PortRange.parse("--metrics", "off")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"7981", "host", "host:9-8", "host:0-8", "host:1-70000", "host:99999", "on"})
  void refusesOtherWords_byName(String text) {
    assertThatThrownBy(() -> PortRange.parse("--metrics", text))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--metrics \"")
        .hasMessageContaining("must be");
  }
}
