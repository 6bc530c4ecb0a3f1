package demofusion.coordinator.trace.otlp;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans that are over to the collector, many at a time, on the thread that ends them. While
 * the collector does not take them they are thrown away, and it is asked again every few seconds;
 * one line of the log says that it began, and one that it is over. For one thread.
 */
final class SpanSender implements SpanProcessor {
  static final Duration PAUSE = Duration.ofSeconds(5);

  private static final int AT_ONCE = 512;
  private static final Duration SLACK = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(SpanSender.class);

  private final SpanExporter exporter;
  private final OtlpSettings settings;
  private final LongSupplier nanoTime;
  private List<SpanData> spans = new ArrayList<>();
  private boolean isOut;
  private long askAgainAt;
  private long lost;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  SpanSender(SpanExporter exporter, OtlpSettings settings, LongSupplier nanoTime) {
    this.exporter = exporter;
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    spans.add(span.toSpanData());
    if (spans.size() >= AT_ONCE) {
      send();
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  /** As many were thrown away before they were spans. */
  void lost(long more) {
    lost += more;
  }

  /** Sends what is there. */
  void send() {
    if (spans.isEmpty()) {
      return;
    }
    List<SpanData> batch = spans;
    spans = new ArrayList<>();
    if (isOut && nanoTime.getAsLong() - askAgainAt < 0) {
      lost += batch.size();
      return;
    }
    CompletableResultCode result = exporter.export(batch);
    result.join(settings.patience().plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
    if (result.isSuccess()) {
      taken();
    } else {
      lost += batch.size();
      refused(result.getFailureThrowable());
    }
  }

  private void taken() {
    if (isOut || lost > 0) {
      LOG.info("event=otlp-back url={} spans-lost={}", settings.endpoint(), lost);
    }
    isOut = false;
    lost = 0;
  }

  private void refused(@Nullable Throwable cause) {
    askAgainAt = nanoTime.getAsLong() + PAUSE.toNanos();
    if (!isOut) {
      isOut = true;
      LOG.warn(
          "event=otlp-failed url={} reason=\"{}\"",
          settings.endpoint(),
          cause == null
              ? "no answer within " + settings.patience().toSeconds() + " s"
              : cause.toString());
    }
  }

  @Override
  public CompletableResultCode shutdown() {
    send();
    return exporter.shutdown();
  }
}
