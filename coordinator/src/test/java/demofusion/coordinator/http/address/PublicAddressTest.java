package demofusion.coordinator.http.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressTest {
  private static HttpRequest request(String peer, String headers) throws UnknownHostException {
    HttpRequest request =
        HttpRequest.create("http://127.0.0.1:7980/v1/jobs")
            .addAttribute(
                AttributeKeys.remoteAddress, RemoteAddress.create(InetAddress.getByName(peer)));
    for (String header : headers.split(" \\+ ", -1)) {
      String[] parts = header.split(": ", 2);
      request = request.addHeader(RawHeader.create(parts[0], parts.length < 2 ? "" : parts[1]));
    }
    return request;
  }

  private static String url(String headers) throws UnknownHostException {
    return PublicAddress.of(request("127.0.0.1", headers), TrustedProxies.LOOPBACK).url("/v1/x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Host: farm.lan:7980 | http://farm.lan:7980/v1/x",
        "Host: farm.lan + X-Forwarded-Proto: https | https://farm.lan/v1/x",
        "Host: farm.lan + X-Forwarded-Proto: https,http | https://farm.lan/v1/x",
        "Host: farm.lan + X-Forwarded-Proto: HTTPS , https | https://farm.lan/v1/x",
        "Host: 127.0.0.1:7980 + X-Forwarded-Host: Pics.Example.org | http://pics.example.org/v1/x",
        "Host: a + X-Forwarded-Host: pics.example.org, inner:1 | http://pics.example.org/v1/x",
        "Host: a + X-Forwarded-Host: pics_1:8443 + X-Forwarded-Port: 1 | http://pics_1:8443/v1/x",
        "Host: a + X-Forwarded-Host: b + X-Forwarded-Port: 8443, 80 | http://b:8443/v1/x",
        "Host: a:7980 + X-Forwarded-Proto: https + X-Forwarded-Port: 443 | https://a/v1/x",
        "Host: a + X-Forwarded-Host: [2001:db8::1] + X-Forwarded-Port: 81 |"
            + " http://[2001:db8::1]:81/v1/x",
        "Host: a + X-Forwarded-Host: [2001:db8::1]:8443 | http://[2001:db8::1]:8443/v1/x",
        "Host: a + X-Forwarded-Host: b:443 + X-Forwarded-Proto: https | https://b/v1/x",
        "Host: a + X-Forwarded-Prefix: /render | http://a/render/v1/x",
        "Host: a + X-Forwarded-Prefix: /render/, /inner | http://a/render/v1/x",
        "Host: a + X-Forwarded-Prefix: /one/two.v1 | http://a/one/two.v1/v1/x",
        "Host: a + X-Forwarded-Prefix: / | http://a/v1/x",
        "Host: a + Forwarded: for=192.0.2.60;proto=https;host=b.example | https://b.example/v1/x",
        "Host: a + Forwarded: Proto=HTTPS;Host=\"b.example:8443\";for=\"[2001:db8::1]\", proto=http"
            + " | https://b.example:8443/v1/x",
        "Host: a + Forwarded: host=\"[2001:db8::2]:1\" ; proto=https |"
            + " https://[2001:db8::2]:1/v1/x",
        "Host: a + Forwarded: host=\"b\\.example\" | http://b.example/v1/x",
        "Host: a + Forwarded: host=b + X-Forwarded-Host: c | http://c/v1/x",
      })
  void isWhatTheFirstProxySaw(String headers, String url) throws Exception {
    assertThat(url(headers)).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-Proto: javascript",
        "X-Forwarded-Proto: https://evil",
        "X-Forwarded-Host: evil/path",
        "X-Forwarded-Host: user@evil",
        "X-Forwarded-Host: evil.example:99999",
        "X-Forwarded-Host: evil.example:0",
        "X-Forwarded-Host: evil\"><script>",
        "X-Forwarded-Host: [evil]",
        "X-Forwarded-Host: -",
        "X-Forwarded-Host: ",
        "X-Forwarded-Port: 0",
        "X-Forwarded-Port: 70000",
        "X-Forwarded-Port: 80;",
        "X-Forwarded-Prefix: //evil.example",
        "X-Forwarded-Prefix: /a//b",
        "X-Forwarded-Prefix: /../a",
        "X-Forwarded-Prefix: a",
        "X-Forwarded-Prefix: /a; Domain=evil",
        "X-Forwarded-Prefix: /a%0d%0aSet-Cookie:x",
        "Forwarded: host=evil proto=https",
        "Forwarded: host=\"evil",
        "Forwarded: =;host=evil",
        "Forwarded: ,host=evil",
        "Forwarded: host=\"e\\\"vil\"",
      })
  void isAsIfNothingWereSaid_whereItIsMalformed(String header) throws Exception {
    assertThat(url("Host: a + " + header)).isEqualTo("http://a/v1/x");
  }

  @Test
  void bearsLongHeaders() throws Exception {
    assertThat(url("Host: a + Forwarded: host=\"" + "\\a".repeat(4000) + "\""))
        .startsWith("http://a/");
    assertThat(url("Host: a + X-Forwarded-Prefix: " + "/a".repeat(2000)))
        .isEqualTo("http://a/v1/x");
  }

  @Test
  void takesNobodysWord_whoIsNotTrusted() throws Exception {
    String lies = "Host: a + X-Forwarded-Proto: https + X-Forwarded-Host: b + Forwarded: host=c";
    TrustedProxies some = TrustedProxies.parse("proxies", "10.1.0.0/20, 2001:db8::/33");

    assertThat(PublicAddress.of(request("10.2.0.1", lies), TrustedProxies.LOOPBACK).url(""))
        .isEqualTo("http://a");
    assertThat(PublicAddress.of(request("10.1.15.255", lies), some).url("")).isEqualTo("https://b");
    assertThat(PublicAddress.of(request("10.1.16.0", lies), some).url("")).isEqualTo("http://a");
    assertThat(PublicAddress.of(request("127.0.0.1", lies), some).url("")).isEqualTo("http://a");
    assertThat(PublicAddress.of(request("2001:db8:7fff::1", lies), some).url(""))
        .isEqualTo("https://b");
    assertThat(PublicAddress.of(request("2001:db8:8000::1", lies), some).url(""))
        .isEqualTo("http://a");
    assertThat(
            PublicAddress.of(request("127.0.0.1", lies), TrustedProxies.parse("proxies", "none"))
                .url(""))
        .isEqualTo("http://a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "proxy.lan",
        "10.1.0.0/33",
        "10.1.0",
        "300.1.1.1",
        "::1/129",
        "10.0.0.1,",
        "*"
      })
  void refusesWhatIsNoNetwork(String text) {
    assertThatThrownBy(() -> TrustedProxies.parse("--trusted-proxies", text))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--trusted-proxies has \"")
        .hasMessageContaining("10.1.0.0/16");
  }
}
