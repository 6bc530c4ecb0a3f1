package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.config.PortRange;
import demofusion.protocol.DemofusionException;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
  private final CollectorRegistry registry = new CollectorRegistry();
  private final Gauge looks = Gauge.build("looks", "How often somebody looked.").register(registry);

  @Test
  void showsTheRegistry_asItIsWhenSomebodyLooks() throws Exception {
    try (MetricsServer server = start("127.0.0.1:0")) {
      get(server.url(), "GET");
      HttpResponse<String> second = get(server.url(), "GET");

      assertThat(second.statusCode()).isEqualTo(200);
      assertThat(second.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
      assertThat(second.body()).contains("\nlooks 2.0\n").doesNotContain("_created");
    }
  }

  @Test
  void showsNothingElse() throws Exception {
    try (MetricsServer server = start("127.0.0.1:0")) {
      assertThat(get(server.url().replace("/metrics", "/"), "GET").statusCode()).isEqualTo(404);
      assertThat(get(server.url(), "DELETE").statusCode()).isEqualTo(405);
      assertThat(get(server.url(), "HEAD").body()).isEmpty();
    }
  }

  @Test
  void takesTheFirstPortThatIsFree() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      String range = "127.0.0.1:" + port + "-" + Math.min(65535, port + 20);
      try (MetricsServer server = start(range)) {
        assertThat(URI.create(server.url()).getPort()).isGreaterThan(port);
      }
    }
  }

  @Test
  void refuses_whenThePortThatItMustBeIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start("127.0.0.1:" + taken.getLocalPort()))
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining("choose another port with --metrics");
    }
  }

  @Test
  void isNotThere_whenItIsOff() {
    assertThat(MetricsServer.start(Optional.empty(), registry, looks::inc)).isEmpty();
  }

  private MetricsServer start(String where) {
    return MetricsServer.start(PortRange.parse("--metrics", where), registry, looks::inc)
        .orElseThrow();
  }

  private static HttpResponse<String> get(String url, String method) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
