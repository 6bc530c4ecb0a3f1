package demofusion.deploy.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.PortRange;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.LogThrottle;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a node's metrics to Prometheus: {@code GET /metrics} on a port of their own, so that who
 * may see them is decided apart from who may use the farm. There is nothing secret in them.
 */
final class MetricsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final int THREADS = 2;
  private static final int BACKLOG = 8;

  /** Who opens a connection and says nothing is not waited for; the JDK reads these once. */
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "30",
          "jdk.httpserver.maxConnections", "64");

  private final HttpServer server;
  private final ExecutorService threads;
  private final CollectorRegistry registry;
  private final Runnable refresh;
  private final LogThrottle gate = new LogThrottle();

  private MetricsServer(HttpServer server, CollectorRegistry registry, Runnable refresh) {
    this.server = server;
    this.registry = registry;
    this.refresh = refresh;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "metrics");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Begins to listen, if it is wanted.
   *
   * @param range the first free port of it
   * @param refresh brings the registry up to date; called before each look, one at a time
   * @return empty if none is wanted, or no port of a range of several is free
   * @throws DemofusionException BAD_REQUEST if it must be this port, and cannot
   */
  static Optional<MetricsServer> start(
      Optional<PortRange> range, CollectorRegistry registry, Runnable refresh) {
    LIMITS.forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
    return range
        .flatMap(MetricsServer::listen)
        .map(
            listening -> {
              MetricsServer server = new MetricsServer(listening, registry, refresh);
              server.begin();
              LOG.info("event=metrics-ready url={}", server.url());
              return server;
            });
  }

  private static Optional<HttpServer> listen(PortRange range) {
    String reason = "";
    for (int port = range.first(); port <= range.last(); port++) {
      try {
        InetSocketAddress address = new InetSocketAddress(range.host(), port);
        if (address.isUnresolved()) {
          throw DemofusionException.badRequest(
              "unknown host " + range.host() + ": choose another with --metrics");
        }
        return Optional.of(HttpServer.create(address, BACKLOG));
      } catch (IOException e) {
        reason = String.valueOf(e.getMessage());
      }
    }
    if (range.isOne()) {
      throw DemofusionException.badRequest(
          ("cannot serve metrics on %s (%s): choose another port with --metrics "
                  + "HOST:PORT, or --metrics off")
              .formatted(range, reason));
    }
    LOG.warn("event=no-metrics ports={} reason=\"{}\"", range, reason);
    return Optional.empty();
  }

  private void begin() {
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Where it is. */
  String url() {
    InetSocketAddress address = server.getAddress();
    return "http://"
        + new NodeAddress(address.getAddress().getHostAddress(), address.getPort())
        + "/metrics";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals("/metrics")) {
        refuse(exchange, 404, "metrics are at /metrics\n");
      } else if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
        refuse(exchange, 405, "metrics are read-only\n");
      } else {
        show(exchange);
      }
    } catch (RuntimeException e) {
      gate.pass("metrics-failed", System.nanoTime())
          .ifPresent(leftOut -> LOG.warn("event=metrics-failed left-out={}", leftOut, e));
    }
  }

  private static void refuse(HttpExchange exchange, int status, String words) throws IOException {
    byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /**
   * Bounded by the registry, so it is made before it is sent, and nobody waits for a slow reader.
   */
  private void show(HttpExchange exchange) throws IOException {
    String type = TextFormat.chooseContentType(exchange.getRequestHeaders().getFirst("Accept"));
    byte[] bytes = exposition(type);
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(200, -1);
    } else {
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Without the times at which series were made, which double them and nobody asks for. */
  private synchronized byte[] exposition(String type) throws IOException {
    refresh.run();
    var bytes = new java.io.ByteArrayOutputStream();
    try (Writer writer = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
      TextFormat.writeFormat(
          type, writer, registry.filteredMetricFamilySamples(name -> !name.endsWith("_created")));
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
