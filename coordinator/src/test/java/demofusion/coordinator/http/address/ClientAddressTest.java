package demofusion.coordinator.http.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
  private static final TrustedProxies TRUSTED =
      TrustedProxies.parse("proxies", "127.0.0.0/8, 10.0.0.0/8");

  private static ClientAddress of(String peer, String header, String value)
      throws UnknownHostException {
    return ClientAddress.of(
        HttpRequest.create("http://127.0.0.1:7980/v1/jobs")
            .addAttribute(
                AttributeKeys.remoteAddress, RemoteAddress.create(InetAddress.getByName(peer)))
            .addHeader(RawHeader.create(header, value)),
        TRUSTED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-For | 203.0.113.7 | 203.0.113.7",
        "X-Forwarded-For | 6.6.6.6, 203.0.113.7 | 203.0.113.7",
        "X-Forwarded-For | 203.0.113.7, 10.1.1.1 | 203.0.113.7",
        "X-Forwarded-For | 203.0.113.7:4711 | 203.0.113.7",
        "X-Forwarded-For | [2001:db8::1]:4711 | 2001:db8:0:0:0:0:0:1",
        "X-Forwarded-For | 2001:db8::1 | 2001:db8:0:0:0:0:0:1",
        "Forwarded | for=6.6.6.6, for=203.0.113.7;proto=https | 203.0.113.7",
        "Forwarded | for=\"[2001:db8::1]:4711\" | 2001:db8:0:0:0:0:0:1"
      })
  void believesTheProxiesThatAreTrusted(String header, String value, String client)
      throws Exception {
    assertThat(of("127.0.0.1", header, value)).isEqualTo(new ClientAddress(client, "127.0.0.1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-For | unknown",
        "X-Forwarded-For | localhost",
        "X-Forwarded-For | 999.1.1.1",
        "X-Forwarded-For | 203.0.113.7, _hidden",
        "Forwarded | for=203.0.113.7 and more",
        "X-Real-Ip | 203.0.113.7"
      })
  void takesTheProxysOwnAddress_whereItForwardsNone(String header, String value) throws Exception {
    assertThat(of("127.0.0.1", header, value)).isEqualTo(new ClientAddress("127.0.0.1", null));
  }

  @Test
  void believesNobodyElse() throws Exception {
    assertThat(of("203.0.113.9", "X-Forwarded-For", "10.0.0.1"))
        .isEqualTo(new ClientAddress("203.0.113.9", null));
    assertThat(ClientAddress.of(HttpRequest.create("/v1/jobs"), TRUSTED))
        .isEqualTo(new ClientAddress(null, null));
  }
}
