package demofusion.coordinator.trace.otlp;

import demofusion.coordinator.trace.Span;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;

/**
 * A try at a batch as spans: from the queue to its answer, and in it where it was. Clocks of two
 * machines are never compared: of the time on the wire one half each is there and back.
 */
final class TrySpans {
  static final AttributeKey<String> WORKER = AttributeKey.stringKey("demofusion.worker");
  static final AttributeKey<String> UNIT = AttributeKey.stringKey("demofusion.unit");

  private static final AttributeKey<String> WORK = AttributeKey.stringKey("demofusion.work");
  private static final AttributeKey<Boolean> COPY = AttributeKey.booleanKey("demofusion.copy");
  private static final AttributeKey<Boolean> AUDIT = AttributeKey.booleanKey("demofusion.audit");

  private TrySpans() {}

  static void add(Tracer tracer, Context parent, Span span, Span.Try attempt) {
    var whole =
        tracer
            .spanBuilder(name(attempt.work()))
            .setParent(parent)
            .setStartTimestamp(span.begin(), TimeUnit.MICROSECONDS)
            .setAttribute(UNIT, span.name())
            .setAttribute(WORKER, attempt.worker())
            .setAttribute(WORK, attempt.work())
            .setAttribute(JobSpans.END, attempt.end())
            .setAttribute(COPY, attempt.copy())
            .setAttribute(AUDIT, attempt.audit())
            .startSpan();
    Context place = parent.with(whole);
    long leased = span.begin() + attempt.queued();
    stretch(tracer, place, "queue", span.begin(), attempt.queued());
    if (attempt.device() > 0) {
      long wire = Math.max(0, span.end() - leased - attempt.waited() - attempt.device());
      long there = leased + wire / 2;
      long device = there + attempt.waited();
      long back = device + attempt.device();
      stretch(tracer, place, "wire out", leased, wire / 2);
      stretch(tracer, place, "waits at the worker", there, attempt.waited());
      stretch(tracer, place, "device", device, attempt.device());
      stretch(tracer, place, "wire back", back, span.end() - back);
    } else {
      stretch(tracer, place, "no answer", leased, span.end() - leased);
    }
    if (isFault(attempt.end())) {
      whole.setStatus(StatusCode.ERROR, attempt.end());
    }
    whole.end(span.end(), TimeUnit.MICROSECONDS);
  }

  private static String name(String work) {
    return switch (work) {
      case "local", "global" -> "view batch";
      case "vae" -> "VAE batch";
      case "encode" -> "encoder batch";
      default -> work + " batch";
    };
  }

  private static boolean isFault(String end) {
    return end.equals("failed") || end.equals("overdue") || end.equals("lost");
  }

  private static void stretch(Tracer tracer, Context place, String name, long begin, long micros) {
    if (micros > 0) {
      tracer
          .spanBuilder(name)
          .setParent(place)
          .setStartTimestamp(begin, TimeUnit.MICROSECONDS)
          .startSpan()
          .end(begin + micros, TimeUnit.MICROSECONDS);
    }
  }
}
