package demofusion.coordinator.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes events of a job's spans, one span after another: the job's parts on lanes of its own, each
 * worker's device on one, and every try at a batch from the queue to its answer.
 */
final class SpanEvents {
  static final int JOB = 1;
  static final int WORKERS = 2;

  /** Lanes of the job. */
  static final int WHOLE = 1;

  static final int PHASES = 2;
  static final int PARTS = 3;

  private static final long SHORTEST_IDLE = 100;

  private final String job;
  private final Lanes lanes = new Lanes();
  private List<TraceEvent> events = new ArrayList<>();
  private boolean isBegun;
  private boolean isRunning;
  private long origin;
  private long run;
  private long known;
  private long phaseEnd;
  private long tries;

  /**
   * @param job for people
   */
  SpanEvents(String job) {
    this.job = job;
    events.add(TraceEvent.named("process_name", JOB, 0, "job " + job));
    events.add(TraceEvent.named("process_name", WORKERS, 0, "workers"));
    events.add(TraceEvent.named("thread_name", JOB, WHOLE, "job"));
    events.add(TraceEvent.named("thread_name", JOB, PHASES, "phases"));
    events.add(TraceEvent.named("thread_name", JOB, PARTS, "coordinator: where the time went"));
  }

  /** What is there since the last call. */
  List<TraceEvent> take() {
    List<TraceEvent> taken = events;
    events = new ArrayList<>();
    return taken;
  }

  void add(Span span) {
    if (!isBegun) {
      isBegun = true;
      origin = span.begin();
      known = span.begin();
    }
    switch (span.kind()) {
      case RUN -> run(span);
      case END -> end(span.name(), Math.max(span.end(), known));
      case PHASE -> phase(span);
      case CHECKPOINT_WRITTEN, LEFT_OUT ->
          events.add(
              TraceEvent.instant(
                  JOB, PARTS, span.kind().toString(), span.name(), span.begin() - origin));
      case BATCH -> batch(span, Objects.requireNonNull(span.attempt()));
      default -> part(span);
    }
  }

  private void run(Span span) {
    if (isRunning) {
      end("cut off", known);
    }
    if (span.begin() > known) {
      Span away = Span.of(Span.Kind.OTHER, "no coordinator, or interrupted", known, span.begin());
      complete(PARTS, away, away.begin());
    }
    run = Math.max(span.begin(), known); // where the clock was set back
    known = run;
    isRunning = true;
    lanes.restart(run);
  }

  /** An event that comes late must not make two phases overlap. */
  private void phase(Span span) {
    complete(PHASES, span, Math.max(span.begin(), Math.max(run, phaseEnd)));
    phaseEnd = span.end();
  }

  private void part(Span span) {
    complete(PARTS, span, Math.max(span.begin(), known));
    known = Math.max(known, span.end());
  }

  private void complete(int lane, Span span, long begin) {
    if (span.end() > begin) {
      events.add(
          TraceEvent.complete(
              JOB,
              lane,
              span.kind().toString(),
              span.name(),
              begin - origin,
              span.end() - begin,
              Map.of()));
    }
  }

  private void end(String how, long at) {
    isRunning = false;
    events.add(
        TraceEvent.complete(
            JOB, WHOLE, "job", job + ": " + how, run - origin, Math.max(at - run, 0), Map.of()));
    known = Math.max(known, at);
  }

  /** There are no more spans. */
  void close() {
    if (isRunning) {
      end("not over", known);
    }
  }

  private void batch(Span span, Span.Try attempt) {
    long wire = wire(span, attempt);
    long leased = span.begin() + attempt.queued();
    long deviceBegin = leased + wire / 2 + attempt.waited();
    int lane = lanes.first(attempt.worker());
    if (attempt.device() > 0) {
      lane = device(span, attempt, deviceBegin);
    }
    String id = Long.toString(++tries);
    async(id, lane, span.name(), span.begin(), args(attempt, wire));
    stretch(id, lane, "queue", span.begin(), attempt.queued());
    if (attempt.device() > 0) {
      stretch(id, lane, "wire out", leased, wire / 2);
      stretch(id, lane, "waits at the worker", leased + wire / 2, attempt.waited());
      stretch(id, lane, "device", deviceBegin, attempt.device());
      long back = deviceBegin + attempt.device();
      stretch(id, lane, "wire back", back, Math.max(span.end() - back, 0));
    } else {
      stretch(id, lane, "no answer: " + attempt.end(), leased, Math.max(span.end() - leased, 0));
    }
    close(id, lane, span.name(), span.end());
  }

  private static long wire(Span span, Span.Try attempt) {
    return Math.max(0, span.micros() - attempt.queued() - attempt.waited() - attempt.device());
  }

  private int device(Span span, Span.Try attempt, long begin) {
    Lanes.Place place = lanes.place(attempt.worker(), begin, attempt.device(), span.end());
    if (!place.name().isEmpty()) {
      events.add(TraceEvent.named("thread_name", WORKERS, place.lane(), place.name()));
    }
    if (place.begin() - place.idleSince() >= SHORTEST_IDLE) {
      worker(place.lane(), "wait", "waits for work", place.idleSince(), place.begin(), Map.of());
    }
    Map<String, Object> args = args(attempt, wire(span, attempt));
    String cat = attempt.end().equals("done") ? attempt.work() : attempt.end();
    worker(place.lane(), cat, span.name(), place.begin(), place.end(), args);
    return place.lane();
  }

  private void worker(
      int lane, String cat, String name, long begin, long end, Map<String, Object> args) {
    events.add(TraceEvent.complete(WORKERS, lane, cat, name, begin - origin, end - begin, args));
  }

  private static Map<String, Object> args(Span.Try attempt, long wire) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("worker", attempt.worker());
    args.put("work", attempt.work());
    args.put("end", attempt.end());
    args.put("copy", attempt.copy());
    args.put("audit", attempt.audit());
    args.put("queueMicros", attempt.queued());
    args.put("waitMicros", attempt.waited());
    args.put("deviceMicros", attempt.device());
    args.put("wireMicros", wire);
    return args;
  }

  private void async(String id, int lane, String name, long begin, Map<String, Object> args) {
    events.add(TraceEvent.begin(WORKERS, lane, id, name, begin - origin).with(args));
  }

  private void stretch(String id, int lane, String name, long begin, long micros) {
    if (micros > 0) {
      events.add(TraceEvent.begin(WORKERS, lane, id, name, begin - origin));
      close(id, lane, name, begin + micros);
    }
  }

  private void close(String id, int lane, String name, long at) {
    events.add(TraceEvent.end(WORKERS, lane, id, name, at - origin));
  }
}
