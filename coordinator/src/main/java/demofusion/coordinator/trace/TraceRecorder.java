package demofusion.coordinator.trace;

import demofusion.coordinator.dispatch.Attempt;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderEvent;
import demofusion.protocol.JobId;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the spans of all jobs that run to their folders, as they end. Observing costs an entry in
 * a bounded queue; a thread of its own writes what is there. A disk that is too slow costs tries at
 * batches, never the jobs' time; how many is written in their place. So it holds some megabytes of
 * memory at most, whatever jobs there are: what was is in their files.
 */
public final class TraceRecorder implements FarmObserver, AutoCloseable {
  /** Some 400,000 tries at batches; what comes after is left out, and counted. */
  private static final long LARGEST_FILE = 64L << 20;

  private static final int QUEUE = 1 << 15;
  private static final int AT_ONCE = 1 << 10;
  private static final long PATIENCE_MILLIS = 5_000;
  private static final long NANOS = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(TraceRecorder.class);

  /** A job that runs. */
  private final class Recording {
    final JobId job;
    final Path file;
    final JobClock clock = new JobClock(span -> offer(this, span));
    final AtomicLong leftOut = new AtomicLong();
    long bytes; // the writer's
    boolean isBroken; // the writer's

    Recording(JobId job, Path file) {
      this.job = job;
      this.file = file;
    }
  }

  private record Waiting(Recording recording, Span span) {}

  private final long largest;
  private final int reserve;
  private final BlockingQueue<Waiting> queue;
  private final Map<JobId, Recording> recordings = new ConcurrentHashMap<>();
  private final long epochMicros = System.currentTimeMillis() * 1000;
  private final long epochNanos = System.nanoTime();
  private final Thread writer = new Thread(this::write, "traces");
  private final Waiting last =
      new Waiting(new Recording(new JobId("none"), Path.of("")), Span.of(Span.Kind.END, "", 0, 0));

  private TraceRecorder(long largest, int queue) {
    this.largest = largest;
    this.reserve = queue / 8;
    this.queue = new ArrayBlockingQueue<>(queue);
  }

  /** One that writes until it is closed. */
  public static TraceRecorder start() {
    return start(LARGEST_FILE, QUEUE);
  }

  /**
   * @param largest bytes of a file, beyond which batches are left out of it
   * @param queue spans that may wait for the disk
   */
  static TraceRecorder start(long largest, int queue) {
    TraceRecorder recorder = new TraceRecorder(largest, queue);
    recorder.writer.setDaemon(true);
    recorder.writer.start();
    return recorder;
  }

  private long micros(long nanoTime) {
    return epochMicros + (nanoTime - epochNanos) / NANOS;
  }

  @Override
  public void received(RenderEvent event) {
    if (event instanceof RenderEvent.Accepted accepted) {
      Path file = accepted.folder().resolve(TraceFile.NAME);
      recordings.put(event.job(), new Recording(event.job(), file));
    }
    Recording recording = recordings.get(event.job());
    if (recording != null) {
      recording.clock.at(micros(System.nanoTime()), event);
      event.last().ifPresent(last -> recordings.remove(event.job()));
    }
  }

  @Override
  public void attempted(Attempt attempt) {
    Recording recording = recordings.get(attempt.job());
    if (recording != null) {
      offer(recording, Span.of(attempt, this::micros));
    }
  }

  /** Room is kept for parts: without one of them a job's time would not add up. */
  private void offer(Recording recording, Span span) {
    boolean hasRoom = span.kind() != Span.Kind.BATCH || queue.remainingCapacity() > reserve;
    if (!hasRoom || !queue.offer(new Waiting(recording, span))) {
      recording.leftOut.incrementAndGet();
    }
  }

  private void write() {
    List<Waiting> waiting = new ArrayList<>();
    boolean goesOn = true;
    while (goesOn) {
      try {
        waiting.add(queue.take());
      } catch (InterruptedException e) {
        LOG.warn("event=traces-interrupted waiting={}", queue.size());
        return;
      }
      queue.drainTo(waiting, AT_ONCE);
      goesOn = !waiting.remove(last);
      write(waiting);
      waiting.clear();
    }
  }

  private static Map<Recording, List<Span>> byJob(List<Waiting> waiting) {
    Map<Recording, List<Span>> byJob = new LinkedHashMap<>();
    for (Waiting each : waiting) {
      byJob.computeIfAbsent(each.recording(), job -> new ArrayList<>()).add(each.span());
    }
    return byJob;
  }

  private void write(List<Waiting> waiting) {
    byJob(waiting).forEach(this::write);
  }

  private void write(Recording recording, List<Span> spans) {
    if (recording.isBroken) {
      return;
    }
    if (recording.bytes > largest) {
      int before = spans.size();
      spans.removeIf(span -> span.kind() == Span.Kind.BATCH);
      recording.leftOut.addAndGet(before - spans.size());
    }
    if (spans.isEmpty()) {
      return;
    }
    boolean isOver = spans.get(spans.size() - 1).kind() == Span.Kind.END;
    if (recording.bytes <= largest || isOver) {
      long leftOut = recording.leftOut.getAndSet(0);
      if (leftOut > 0) {
        long at = spans.get(spans.size() - 1).end();
        spans.add(Span.of(Span.Kind.LEFT_OUT, leftOut + " spans left out", at, at));
      }
    }
    try {
      recording.bytes += TraceFile.append(recording.file, spans);
    } catch (IOException e) {
      recording.isBroken = true;
      LOG.warn(
          "event=trace-failed job={} file={} reason=\"{}\"",
          recording.job,
          recording.file,
          SafeFile.reason(e));
    }
  }

  /** Writes what is there; what is observed from here on is not written. */
  @Override
  public void close() {
    recordings.clear();
    try {
      if (queue.offer(last, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        writer.join(PATIENCE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
