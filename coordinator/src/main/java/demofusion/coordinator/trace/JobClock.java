package demofusion.coordinator.trace;

import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.timing.BarrierTimings;
import demofusion.coordinator.render.timing.TimestepTimings;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Makes spans of a job's events. Events tell durations of parts that end when they come; what lies
 * between them is told by what came before. So the parts of a run follow each other without a gap,
 * and what the events do not account for is {@link Span.Kind#OTHER}.
 */
public final class JobClock extends RenderEvent.Ignoring {
  private static final long NANOS = 1000;

  private final Consumer<Span> spans;
  private long now;
  private long known;
  private Span.Kind next = Span.Kind.WAITING;
  private int step;
  private int lastPhase;

  /**
   * @param spans receives them, in the order of their ends
   */
  public JobClock(Consumer<Span> spans) {
    this.spans = spans;
  }

  /**
   * Takes an event.
   *
   * @param micros when it came, since 1970
   */
  public void at(long micros, RenderEvent event) {
    now = Math.max(micros, now);
    event.accept(this);
  }

  @Override
  public void accepted(RenderEvent.Accepted accepted) {
    known = now;
    next = Span.Kind.WAITING;
    mark(Span.Kind.RUN, "run");
  }

  @Override
  public void planned(RenderEvent.Planned planned) {
    gap(now);
    lastPhase = planned.plan().lastPhase().number();
    next = Span.Kind.OPENING;
  }

  @Override
  public void timestepDone(RenderEvent.TimestepDone done) {
    TimestepTimings took = done.timings();
    begin(took.scatterNanos() + took.waitNanos() + took.checkpointNanos() + took.fuseNanos());
    step++;
    String name = "phase " + done.phase().number() + ", evaluation " + step + ": ";
    part(Span.Kind.SCATTER, name + "cut into view batches", took.scatterNanos());
    part(Span.Kind.BATCHES, name + "view batches", took.waitNanos());
    part(Span.Kind.CHECKPOINT, name + "waits for the checkpoint", took.checkpointNanos());
    part(Span.Kind.FUSION, name + "fusion", took.fuseNanos());
    next = Span.Kind.OTHER;
  }

  @Override
  public void barrierPassed(RenderEvent.BarrierPassed passed) {
    BarrierTimings took = passed.timings();
    begin(took.pictureNanos() + took.encodeNanos() + took.computeNanos());
    String name = "before phase " + passed.phase().number() + ": ";
    part(Span.Kind.PICTURE, name + "picture", took.pictureNanos());
    part(Span.Kind.ENCODING, name + took.windows() + " windows", took.encodeNanos());
    part(Span.Kind.PHASE_BEGIN, name + "begin", took.computeNanos());
    next = Span.Kind.OTHER;
  }

  @Override
  public void phaseDone(RenderEvent.PhaseDone done) {
    gap(now);
    long begin = Math.max(now - done.time().toNanos() / NANOS, 0);
    spans.accept(Span.of(Span.Kind.PHASE, "phase " + done.phase().number(), begin, now));
    next = done.phase().number() == lastPhase ? Span.Kind.FINISH : Span.Kind.OPENING;
    step = 0;
  }

  @Override
  public void checkpointWritten(RenderEvent.CheckpointWritten written) {
    mark(Span.Kind.CHECKPOINT_WRITTEN, "checkpoint");
  }

  @Override
  public void finished(RenderEvent.Finished finished) {
    gap(now);
    mark(Span.Kind.END, "finished");
  }

  @Override
  public void failed(RenderEvent.Failed failed) {
    gap(now);
    mark(Span.Kind.END, failed.code().name().toLowerCase(Locale.ROOT));
  }

  /** Parts that took so long in all have ended now. */
  private void begin(long nanos) {
    gap(now - nanos / NANOS);
  }

  /** What is not accounted for until then; nothing where an event came a little early. */
  private void gap(long until) {
    if (until > known) {
      spans.accept(Span.of(next, next.toString(), known, until));
      known = until;
    }
  }

  private void part(Span.Kind kind, String name, long nanos) {
    long micros = nanos / NANOS;
    if (micros > 0) {
      spans.accept(Span.of(kind, name, known, known + micros));
      known += micros;
    }
  }

  private void mark(Span.Kind kind, String name) {
    spans.accept(Span.of(kind, name, now, now));
  }
}
