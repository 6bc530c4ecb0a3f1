package demofusion.coordinator.trace.otlp;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A collector: takes OTLP over HTTP, as its protobuf definition has it, and keeps the spans. */
public final class OtlpReceiver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<ResourceSpans> received = new ArrayList<>();
  private final CountDownLatch answers;
  private volatile Headers headers = new Headers();

  private OtlpReceiver(CountDownLatch answers) {
    this.answers = answers;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  public static OtlpReceiver start() {
    return new OtlpReceiver(new CountDownLatch(0));
  }

  /** One that takes requests, and answers none of them. */
  static OtlpReceiver thatNeverAnswers() {
    return new OtlpReceiver(new CountDownLatch(1));
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      answers.await();
      headers = exchange.getRequestHeaders();
      var request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      synchronized (received) {
        received.addAll(request.getResourceSpansList());
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** For all jobs, or a share of them. */
  public OtlpSettings settings(double sample) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    return new OtlpSettings(URI.create(url), sample, PATIENCE, OtlpHeaders.NONE);
  }

  /** Of the last request; empty: it had none of that name. */
  String header(String name) {
    return Objects.requireNonNullElse(headers.getFirst(name), "");
  }

  /** What came so far. */
  public List<Span> spans() {
    synchronized (received) {
      return received.stream()
          .flatMap(resource -> resource.getScopeSpansList().stream())
          .flatMap(scope -> scope.getSpansList().stream())
          .toList();
    }
  }

  /** What is said of who sent it. */
  public String resource(String key) {
    synchronized (received) {
      return text(received.get(0).getResource().getAttributesList(), key);
    }
  }

  /** All spans of that name. */
  public List<Span> named(String name) {
    return spans().stream().filter(span -> span.getName().equals(name)).toList();
  }

  /** All spans that lie in another. */
  public List<Span> in(Span parent) {
    return spans().stream()
        .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
        .toList();
  }

  public Span parent(Span child) {
    return spans().stream()
        .filter(span -> span.getSpanId().equals(child.getParentSpanId()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the parent never came of " + child));
  }

  public static String attribute(Span span, String key) {
    return text(span.getAttributesList(), key);
  }

  private static String text(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(KeyValue::getValue)
        .map(AnyValue::getStringValue)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no attribute " + key));
  }

  public static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  public static long nanos(Span span) {
    return span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
  }

  @Override
  public void close() {
    answers.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
