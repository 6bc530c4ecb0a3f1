package demofusion.protocol.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlHostTest {
  @ParameterizedTest
  @CsvSource({
    "http://render_coordinator:7980/v1, render_coordinator, 7980",
    "http://render_coordinator, render_coordinator, -1",
    "http://stack_render.coordinator_1/, stack_render.coordinator_1, -1",
    "http://LOCALHOST:7980, LOCALHOST, 7980",
    "http://[::1]:7980/x, [::1], 7980",
    "https://farm.example.org, farm.example.org, -1",
  })
  void findsTheHost_whetherOrNotItsNameIsStandard(String url, String name, int port) {
    assertThat(UrlHost.of(URI.create(url))).contains(new UrlHost(name, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://me@render_coordinator:7980",
        "http://render_coordinator:65536",
        "http://localhost:65536",
        "http://a_b:x",
        "mailto:me@example.org",
        "/v1/jobs"
      })
  void findsNone_whereNothingCouldBeConnectedTo(String url) {
    assertThat(UrlHost.of(URI.create(url))).isEmpty();
  }

  @Test
  void tellsNamesThatCertificatesCannotHold() {
    assertThat(UrlHost.certificateProblem(URI.create("https://a_b/x")))
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("a_b", "network alias"));
    assertThat(UrlHost.certificateProblem(URI.create("http://a_b/x"))).isEmpty();
    assertThat(UrlHost.certificateProblem(URI.create("https://a-b/x"))).isEmpty();
    assertThat(UrlHost.certificateProblem(URI.create("https://[::1]:1/x"))).isEmpty();
  }

  @Test
  void standsInForNamesThatJavaRefuses_andForNoOther() {
    URI underscored = URI.create("http://a_b:1/x%20y?state=done");
    URI plain = URI.create("http://a-b:1/x%20y?state=done");

    assertThat(ResolvedRequest.standIn(underscored))
        .hasToString("http://unresolved.invalid:1/x%20y?state=done");
    assertThat(ResolvedRequest.standIn(plain)).isSameAs(plain);
  }
}
