package demofusion.coordinator.trace.otlp;

import demofusion.coordinator.dispatch.Attempt;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.trace.Span;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the spans of jobs to a collector. Observing costs an entry in a bounded queue; a thread of
 * its own makes spans of them and sends them. While that waits for a slow or dead collector and the
 * queue is full, what comes is left out, and counted: nothing else waits.
 */
public final class OtlpTraces implements FarmObserver, AutoCloseable {
  private static final int QUEUE = 1 << 15;
  private static final Duration OFTEN = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long NANOS = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(OtlpTraces.class);

  /** Writes a line for each request that fails; {@link SpanSender} says it once. */
  private static final java.util.logging.Logger EXPORTERS =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private final BlockingQueue<Runnable> queue;
  private final AtomicLong leftOut = new AtomicLong();
  private final TraceIds ids = new TraceIds();
  private final SpanSender sender;
  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final Map<JobId, String> sampled = new ConcurrentHashMap<>();
  private final long epochMicros = System.currentTimeMillis() * 1000;
  private final long epochNanos = System.nanoTime();
  private final Thread thread = new Thread(this::work, "otlp");

  // The thread's own.
  private final Map<JobId, JobSpans> running = new HashMap<>();
  private final Map<JobId, TraceParent> parents = new HashMap<>();
  private final Map<JobId, JobSpans.About> begun = new HashMap<>();
  private boolean isOver;

  private OtlpTraces(OtlpSettings settings, String version, int capacity) {
    EXPORTERS.setLevel(Level.OFF);
    queue = new ArrayBlockingQueue<>(capacity);
    sender = new SpanSender(exporter(settings), settings, System::nanoTime);
    provider =
        SdkTracerProvider.builder()
            .setIdGenerator(ids)
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.sample())))
            .setResource(
                Resource.builder()
                    .put(AttributeKey.stringKey("service.name"), "demofusion-coordinator")
                    .put(AttributeKey.stringKey("service.version"), version)
                    .build())
            .addSpanProcessor(sender)
            .build();
    tracer = provider.get("demofusion");
  }

  private static OtlpHttpSpanExporter exporter(OtlpSettings settings) {
    OtlpHttpSpanExporterBuilder builder =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(settings.endpoint().toString())
            .setTimeout(settings.patience())
            .setConnectTimeout(settings.patience());
    settings.headers().values().forEach(builder::addHeader);
    return builder.build();
  }

  /**
   * One that sends until it is closed.
   *
   * @param version of this program
   */
  public static OtlpTraces start(OtlpSettings settings, String version) {
    return start(settings, version, QUEUE);
  }

  /**
   * @param capacity events and tries that may wait for the collector
   */
  static OtlpTraces start(OtlpSettings settings, String version, int capacity) {
    OtlpTraces traces = new OtlpTraces(settings, version, capacity);
    traces.thread.setDaemon(true);
    traces.thread.start();
    LOG.info("event=otlp-ready url={} sample={}", settings.endpoint(), settings.sample());
    return traces;
  }

  /** The trace of a job that runs and is traced; for exemplars. */
  public Optional<String> traceOf(JobId job) {
    return Optional.ofNullable(sampled.get(job));
  }

  private long micros(long nanoTime) {
    return epochMicros + (nanoTime - epochNanos) / NANOS;
  }

  @Override
  public void traced(JobId job, TraceParent parent) {
    offer(() -> parents.put(job, parent));
  }

  @Override
  public void begun(JobId job, String owner, String model, Duration waited, boolean isFirst) {
    offer(() -> begun.put(job, new JobSpans.About(owner, model)));
  }

  @Override
  public void received(RenderEvent event) {
    if (event instanceof RenderEvent.Progressed) {
      return; // there are many, and no part ends with one
    }
    long now = micros(System.nanoTime());
    offer(() -> take(now, event));
  }

  @Override
  public void attempted(Attempt attempt) {
    Span span = Span.of(attempt, this::micros);
    offer(
        () -> {
          JobSpans job = running.get(attempt.job());
          if (job != null) {
            job.attempted(span);
          }
        });
  }

  private void offer(Runnable task) {
    if (!queue.offer(task)) {
      leftOut.incrementAndGet();
    }
  }

  private void take(long now, RenderEvent event) {
    JobId id = event.job();
    if (event instanceof RenderEvent.Accepted) {
      ids.next(id);
      JobSpans.About about = begun.remove(id);
      JobSpans spans = new JobSpans(tracer, context(parents.remove(id)), id, about, now);
      if (spans.isSampled()) {
        running.put(id, spans);
        sampled.put(id, spans.traceId());
      }
    }
    JobSpans spans = running.get(id);
    if (spans != null) {
      long lost = leftOut.getAndSet(0);
      sender.lost(lost);
      spans.leftOut(lost);
      spans.at(now, event);
    }
    if (event.last().isPresent()) {
      running.remove(id);
      sampled.remove(id);
    }
  }

  private static Context context(@Nullable TraceParent parent) {
    if (parent == null) {
      return Context.root();
    }
    SpanContext remote =
        SpanContext.createFromRemoteParent(
            parent.traceId(),
            parent.spanId(),
            parent.isSampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
            state(parent.state()));
    return Context.root().with(io.opentelemetry.api.trace.Span.wrap(remote));
  }

  private static TraceState state(String text) {
    TraceStateBuilder state = TraceState.builder();
    List<String> entries = text.isEmpty() ? List.of() : List.of(text.split(",", -1));
    for (int n = entries.size() - 1; n >= 0; n--) { // what is put last stands first
      String[] entry = entries.get(n).split("=", 2);
      state.put(entry[0], entry[1]);
    }
    return state.build();
  }

  private void work() {
    long sentAt = System.nanoTime();
    while (!isOver) {
      try {
        Runnable task = queue.poll(OFTEN.toMillis(), TimeUnit.MILLISECONDS);
        if (task != null) {
          task.run();
        }
      } catch (InterruptedException e) {
        LOG.warn("event=otlp-interrupted waiting={}", queue.size());
        return;
      } catch (RuntimeException e) {
        LOG.warn("event=otlp-wrong-span", e); // costs a span, and no other
      }
      long now = System.nanoTime();
      if (now - sentAt >= OFTEN.toNanos()) {
        sender.send();
        sentAt = now;
      }
    }
    provider.close();
  }

  /** Sends what is there, as far as that takes no more than some seconds. */
  @Override
  public void close() {
    try {
      if (queue.offer(() -> isOver = true, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.join(PATIENCE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
