package demofusion.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import demofusion.deploy.bench.TracePrice.Row;
import demofusion.deploy.terminal.Json;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.PixelExtent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracePriceTest {
  private static final FarmBench.Settings SETTINGS =
      new FarmBench.Settings(
          List.of(4),
          50,
          new PixelExtent(2048, 2048),
          1,
          ViewBatchSize.half(),
          RenderMethod.DEMOFUSION,
          1,
          false,
          false);

  @Test
  void comparesPictureWithPicture_soThatADriftOfTheMachineIsNoPrice() {
    // The machine is slower from pair to pair, and once something got in the way.
    Row row = Row.of(4, List.of(10.0, 20.0, 40.0), List.of(10.1, 20.2, 60.0), 3, 3.3, 0.5);

    assertThat(row.longer()).isCloseTo(0.01, within(1e-9));
    assertThat(Row.of(1, List.of(10.0, 10.0), List.of(9.0, 10.0), 1, 1, 0).longer())
        .isCloseTo(-0.05, within(1e-9));
    assertThat(row.line())
        .isEqualTo(
            " 4 workers, 3 pairs: 20.00 s without traces, 20.20 s with, +1.00 % (median of the"
                + " pairs); the coordinator's CPU 3.00 s and 3.30 s  (machine 50 % busy)");
    assertThat(Json.line(row)).startsWith("{\"workers\":4,\"without\":[10.0,20.0,40.0],\"with\":[");
  }

  @Test
  void refusesACollectorThatTakesNothing() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    List<String> asked = new ArrayList<>();
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.sendResponseHeaders(asked.size() == 1 ? 200 : 404, -1);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();

    new TracePrice(SETTINGS, url, 1, words -> {});
    assertThat(asked).containsExactly("POST /v1/traces");
    assertThatThrownBy(() -> new TracePrice(SETTINGS, url, 1, words -> {}))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("/v1/traces answers 404");

    server.stop(0);
    assertThatThrownBy(() -> new TracePrice(SETTINGS, url, 1, words -> {}))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("does not answer");
    assertThatThrownBy(() -> new TracePrice(SETTINGS, "collector", 1, words -> {}))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--otlp collector is not the address of a collector");
  }
}
