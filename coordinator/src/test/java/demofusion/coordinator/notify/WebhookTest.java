package demofusion.coordinator.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import demofusion.protocol.TraceParent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class WebhookTest {
  private static final TraceParent TRACE =
      new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);
  private static final String STATE = "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7";

  @Test
  void passesTheTraceOn_ofJobsThatArePartOfOne() throws Exception {
    Queue<List<String>> traces = new ConcurrentLinkedQueue<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/done",
        exchange -> {
          traces.add(exchange.getRequestHeaders().getOrDefault("Traceparent", List.of("none")));
          traces.add(exchange.getRequestHeaders().getOrDefault("Tracestate", List.of("none")));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    Webhook webhook =
        new Webhook(
            Runnable::run, "a secret of some length", Duration.ofSeconds(9), Clock.systemUTC());
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/done");
    byte[] json = "{}".getBytes(StandardCharsets.UTF_8);

    webhook.post(address, json, TRACE).join();
    webhook.post(address, json, TRACE.with(STATE)).join();
    webhook.post(address, json, null).join();
    server.stop(0);

    assertThat(traces)
        .containsExactly(
            List.of(TRACE.toString()),
            List.of("none"),
            List.of(TRACE.toString()),
            List.of(STATE),
            List.of("none"),
            List.of("none"));
  }
}
