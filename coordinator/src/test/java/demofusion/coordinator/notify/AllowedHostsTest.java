package demofusion.coordinator.notify;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
  private static final AllowedHosts HOSTS =
      new AllowedHosts(
          List.of(
              "hooks.example.org",
              "localhost:8443",
              "*.farm.example",
              "Render_Hook:8080",
              "[::1]:90"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://hooks.example.org/a?b=c",
        "http://HOOKS.example.org:80/",
        "https://hooks.example.org:443",
        "http://localhost:8443/x",
        "http://render_hook:8080/done",
        "http://RENDER_HOOK:8080/done",
        "http://[::1]:90/",
        "https://a.b.farm.example/"
      })
  void allows(String address) {
    assertThatCode(() -> HOSTS.require(URI.create(address))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/",
        "https://hooks.example.org.evil.net/",
        "https://evil.net/hooks.example.org",
        "https://hooks.example.org:8443/",
        "http://localhost/",
        "http://render_hook/",
        "http://render_hook:8080@evil.net/",
        "http://evil_net:8080/",
        "https://farm.example/",
        "https://evilfarm.example/",
        "https://hooks.example.org@evil.net/",
        "https://user:word@hooks.example.org/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "mailto:ada@hooks.example.org",
        "http://169.254.169.254/latest",
        "/relative"
      })
  void refuses(String address) {
    assertThatThrownBy(() -> HOSTS.require(URI.create(address)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("webhook " + address);
  }

  @Test
  void refusesAll_whenNothingIsAllowed() {
    assertThatThrownBy(() -> AllowedHosts.NONE.require(URI.create("https://hooks.example.org/")))
        .hasMessageContaining("this farm has no webhook hosts");
  }

  @Test
  void refusesAPatternThatIsNoHost() {
    assertThatThrownBy(() -> new AllowedHosts(List.of("https://hooks.example.org/")))
        .hasMessageContaining("write it as");
  }
}
