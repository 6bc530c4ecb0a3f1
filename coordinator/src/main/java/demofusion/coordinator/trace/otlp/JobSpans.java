package demofusion.coordinator.trace.otlp;

import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.trace.JobClock;
import demofusion.coordinator.trace.Span;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job as a tree of spans: the job, its phases, their timesteps, the parts of each, and
 * in the part that waits for them the tries at view batches. What a timestep was is known when it
 * is over, so tries are kept until then.
 */
final class JobSpans {
  static final AttributeKey<String> JOB = AttributeKey.stringKey("demofusion.job");
  static final AttributeKey<String> END = AttributeKey.stringKey("demofusion.end");
  static final AttributeKey<Long> PHASE = AttributeKey.longKey("demofusion.phase");
  static final AttributeKey<Long> LEFT_OUT = AttributeKey.longKey("demofusion.spans_left_out");

  private static final AttributeKey<String> OWNER = AttributeKey.stringKey("demofusion.owner");
  private static final AttributeKey<String> MODEL = AttributeKey.stringKey("demofusion.model");
  private static final AttributeKey<Long> STEP = AttributeKey.longKey("demofusion.evaluation");

  /** Of one timestep; it is some megabytes. */
  private static final int MOST_TRIES = 1 << 14;

  /** Who asked, and with which model. */
  record About(String owner, String model) {}

  private final Tracer tracer;
  private final JobClock clock = new JobClock(this::add);
  private final List<Span> parts = new ArrayList<>();
  private final List<Span> tries = new ArrayList<>();
  private final io.opentelemetry.api.trace.Span job;
  private final Context inJob;
  private Context before; // the part that tries belong to which came too late for theirs
  private io.opentelemetry.api.trace.@Nullable Span phase;
  private int phaseNumber;
  private long step;
  private long end;
  private long leftOut;

  /**
   * Begins it.
   *
   * @param parent in which the job's span lies
   * @param micros since 1970
   */
  JobSpans(Tracer tracer, Context parent, JobId id, @Nullable About about, long micros) {
    this.tracer = tracer;
    SpanBuilder builder = begin("job", parent, micros).setAttribute(JOB, id.value());
    if (about != null) {
      builder.setAttribute(OWNER, about.owner()).setAttribute(MODEL, about.model());
    }
    job = builder.startSpan();
    inJob = parent.with(job);
    before = inJob;
    end = micros;
  }

  /** Whether anybody wants to know. */
  boolean isSampled() {
    return job.getSpanContext().isSampled();
  }

  String traceId() {
    return job.getSpanContext().getTraceId();
  }

  private SpanBuilder begin(String name, Context parent, long micros) {
    return tracer
        .spanBuilder(name)
        .setParent(parent)
        .setStartTimestamp(micros, TimeUnit.MICROSECONDS);
  }

  /** Takes a try that is over. */
  void attempted(Span attempt) {
    if (tries.size() < MOST_TRIES) {
      tries.add(attempt);
    } else {
      leftOut++;
    }
  }

  /** As many tries did not get here. */
  void leftOut(long more) {
    leftOut += more;
  }

  /** Takes an event, which ends the parts of the job before it. */
  void at(long micros, RenderEvent event) {
    end = Math.max(end, micros);
    clock.at(micros, event);
    event.accept(new Tree());
    parts.clear();
  }

  private void add(Span span) {
    if (span.kind().isPart()) {
      parts.add(span);
    }
  }

  /** What the parts before an event are together. */
  private final class Tree extends RenderEvent.Ignoring {
    @Override
    public void planned(RenderEvent.Planned planned) {
      inJob(any -> true);
    }

    @Override
    public void timestepDone(RenderEvent.TimestepDone done) {
      step++;
      List<Span> own = ofStep(Span.Kind.SCATTER);
      inJob(attempt -> !isView(attempt));
      if (own.isEmpty()) {
        return;
      }
      Context inPhase = inPhase(done.phase().number(), own.get(0).begin());
      Map<Span.Kind, Context> places =
          group(
              begin("timestep", inPhase, own.get(0).begin()).setAttribute(STEP, step),
              inPhase,
              own);
      place(own.get(0).begin(), places, Span.Kind.BATCHES, any -> true);
      before = places.getOrDefault(Span.Kind.BATCHES, inJob);
    }

    @Override
    public void barrierPassed(RenderEvent.BarrierPassed passed) {
      List<Span> own = ofStep(Span.Kind.PICTURE);
      inJob(attempt -> false);
      if (own.isEmpty()) {
        return;
      }
      long number = passed.phase().number();
      Map<Span.Kind, Context> places =
          group(
              begin("barrier", inJob, own.get(0).begin()).setAttribute(PHASE, number), inJob, own);
      place(own.get(0).begin(), places, Span.Kind.ENCODING, any -> true);
      before = places.getOrDefault(Span.Kind.ENCODING, inJob);
    }

    @Override
    public void phaseDone(RenderEvent.PhaseDone done) {
      inJob(any -> true);
      endPhase();
    }

    @Override
    public void finished(RenderEvent.Finished finished) {
      over("finished", null);
    }

    @Override
    public void failed(RenderEvent.Failed failed) {
      String code = failed.code().name().toLowerCase(Locale.ROOT);
      over(code, failed.code() == FailureCode.CANCELLED ? null : code);
    }
  }

  /** Takes out the parts from that kind on, which are a group; what came before stays. */
  private List<Span> ofStep(Span.Kind first) {
    List<Span> own = parts.stream().filter(part -> part.kind().compareTo(first) >= 0).toList();
    own = own.stream().filter(part -> part.kind() != Span.Kind.OTHER).toList();
    parts.removeAll(own);
    return own;
  }

  /** Parts that stand by themselves, with such tries that were over by their end. */
  private void inJob(Predicate<Span> tries) {
    for (Span part : parts) {
      Context place = part(part, inJob);
      Map<Span.Kind, Context> places = Map.of(part.kind(), place);
      place(
          part.begin(),
          places,
          part.kind(),
          attempt -> tries.test(attempt) && attempt.end() <= part.end());
    }
  }

  /** Such are drawn in timesteps alone, whatever the clocks say. */
  private static boolean isView(Span attempt) {
    String work = Objects.requireNonNull(attempt.attempt()).work();
    return work.equals("local") || work.equals("global");
  }

  private Context part(Span part, Context parent) {
    var span = begin(part.kind().toString(), parent, part.begin()).startSpan();
    span.end(part.end(), TimeUnit.MICROSECONDS);
    return parent.with(span);
  }

  private Map<Span.Kind, Context> group(SpanBuilder builder, Context parent, List<Span> own) {
    var span = builder.startSpan();
    Context place = parent.with(span);
    Map<Span.Kind, Context> places = new HashMap<>();
    for (Span part : own) {
      places.put(part.kind(), part(part, place));
    }
    places.putIfAbsent(Span.Kind.BATCHES, place);
    places.putIfAbsent(Span.Kind.ENCODING, place);
    span.end(own.get(own.size() - 1).end(), TimeUnit.MICROSECONDS);
    return places;
  }

  private Context inPhase(int number, long begin) {
    if (phase == null || number != phaseNumber) {
      endPhase();
      phaseNumber = number;
      phase = begin("phase", inJob, begin).setAttribute(PHASE, (long) number).startSpan();
    }
    return inJob.with(phase);
  }

  private void endPhase() {
    if (phase != null) {
      phase.end(end, TimeUnit.MICROSECONDS);
      phase = null;
      step = 0;
    }
  }

  /**
   * Puts tries where they belong: those whose answer counts to what is over now, since it could not
   * be over without them; others that began before it, to what was before.
   */
  private void place(
      long begin, Map<Span.Kind, Context> places, Span.Kind usual, Predicate<Span> which) {
    Context now = Objects.requireNonNull(places.get(usual));
    List<Span> chosen = tries.stream().filter(which).toList();
    tries.removeIf(which);
    for (Span each : chosen) {
      Span.Try attempt = Objects.requireNonNull(each.attempt());
      boolean isEarlier = each.begin() < begin && !attempt.end().equals("done");
      boolean isPicture = attempt.work().equals("vae");
      Context place = isPicture ? places.getOrDefault(Span.Kind.PICTURE, now) : now;
      // Before the first timestep no views are drawn, whatever the clocks say.
      boolean isBefore = isEarlier && !(isView(each) && before.equals(inJob));
      TrySpans.add(tracer, isBefore ? before : place, each, attempt);
    }
  }

  private void over(String how, @Nullable String error) {
    inJob(any -> true);
    place(end, Map.of(Span.Kind.OTHER, inJob), Span.Kind.OTHER, any -> true);
    endPhase();
    job.setAttribute(END, how);
    if (leftOut > 0) {
      job.setAttribute(LEFT_OUT, leftOut);
    }
    if (error != null) {
      job.setStatus(StatusCode.ERROR, error);
    }
    job.end(end, TimeUnit.MICROSECONDS);
  }
}
