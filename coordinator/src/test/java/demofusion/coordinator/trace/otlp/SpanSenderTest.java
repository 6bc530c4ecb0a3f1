package demofusion.coordinator.trace.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SpanSenderTest {
  private final Collector collector = new Collector();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private long now;
  private final SpanSender sender =
      new SpanSender(collector, OtlpSettings.parse("--otlp", "http://collector", 1), () -> now);
  private final Tracer tracer =
      SdkTracerProvider.builder().addSpanProcessor(sender).build().get("test");

  /** Takes spans, or not. */
  private static final class Collector implements SpanExporter {
    final List<String> taken = new ArrayList<>();
    boolean isThere = true;
    int asked;

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      asked++;
      if (!isThere) {
        return CompletableResultCode.ofExceptionalFailure(new IOException("refused"));
      }
      spans.forEach(span -> taken.add(span.getName()));
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @BeforeEach
  void listen() {
    log.start();
    ((Logger) LoggerFactory.getLogger(SpanSender.class)).addAppender(log);
  }

  @AfterEach
  void stopListening() {
    ((Logger) LoggerFactory.getLogger(SpanSender.class)).detachAppender(log);
  }

  @Test
  void sendsManyAtATime() {
    for (int n = 0; n < 1000; n++) {
      span("span");
    }
    sender.send();
    sender.send();

    assertThat(collector.taken).hasSize(1000);
    assertThat(collector.asked).isEqualTo(2);
  }

  @Test
  void saysOnceThatTheCollectorIsAway_andOnceThatItIsBack() {
    collector.isThere = false;
    for (int n = 0; n < 10; n++) {
      span("lost");
      sender.send();
      now += SpanSender.PAUSE.toNanos();
    }
    collector.isThere = true;
    span("kept");
    sender.send();
    span("kept too");
    sender.send();

    assertThat(collector.taken).containsExactly("kept", "kept too");
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("event=otlp-failed url=http://collector/v1/traces")
                    .contains("refused"),
            line -> assertThat(line).startsWith("event=otlp-back").endsWith("spans-lost=10"));
  }

  @Test
  void asksACollectorThatIsAway_onlyNowAndThen() {
    collector.isThere = false;
    for (int n = 0; n < 100; n++) {
      span("lost");
      sender.send();
    }

    assertThat(collector.asked).isEqualTo(1);
  }

  private void span(String name) {
    tracer.spanBuilder(name).startSpan().end();
  }
}
