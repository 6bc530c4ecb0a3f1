package demofusion.coordinator.job.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.model.ModelId;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a job beside its request, as {@code job.json}: whose it is, what a listing says
 * of it, and what became of it.
 *
 * @param key under which its owner submitted it
 * @param webhook told when the job is over
 * @param startedAt first, by any coordinator
 * @param outcome null as long as the job is unfinished
 * @param notices those who are told that it is over, and whether they know
 * @param warnings sentences on what its user should know of the picture; at most 20
 * @param trace of the request that submitted it, if that was part of one; in JSON its traceparent
 * @param traceState what tracing systems wrote of that, by itself in JSON
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobRecord(
    JobId id,
    String owner,
    Instant submittedAt,
    Subject subject,
    Needs needs,
    @Nullable Key key,
    @Nullable URI webhook,
    @Nullable Instant startedAt,
    @Nullable Outcome outcome,
    List<Notification> notices,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings,
    @Nullable TraceParent trace,
    @Nullable String traceState) {
  /** What more there is to warn of is like what was said before. */
  private static final int MOST_WARNINGS = 20;

  /** What is drawn. */
  public record Subject(
      String prompt, int width, int height, int steps, long seed, int priority, ModelId model) {
    public Subject {
      Objects.requireNonNull(prompt, "prompt");
      Objects.requireNonNull(model, "model");
    }
  }

  /**
   * What a job takes of this machine while it runs.
   *
   * @param heapBytes of latents
   * @param diskBytes of all its files, and of what lies beside them while they are written
   * @param tiles guided views of all phases, as its plan counts them; null in records of versions
   *     that did not keep them
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Needs(long heapBytes, long diskBytes, @Nullable Double tiles) {
    /** Where nobody counted its views. */
    public Needs(long heapBytes, long diskBytes) {
      this(heapBytes, diskBytes, null);
    }
  }

  /**
   * A submission that can be repeated.
   *
   * @param fingerprint of what was asked for, so that another request under the same key is noticed
   */
  public record Key(String value, String fingerprint) {
    public Key {
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(fingerprint, "fingerprint");
    }
  }

  /**
   * How a job ended.
   *
   * @param sentence of FAILED
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Outcome(
      JobState state,
      Instant endedAt,
      @Nullable FailureCode code,
      @Nullable String sentence,
      @Nullable Double seconds,
      @Nullable Double deviceSeconds,
      @Nullable String pictureSha256) {
    public Outcome {
      Objects.requireNonNull(endedAt, "endedAt");
      if (!state.isOver()) {
        throw new IllegalArgumentException("an outcome cannot be " + state);
      }
    }

    public static Outcome cancelled(Instant now) {
      return new Outcome(JobState.CANCELLED, now, FailureCode.CANCELLED, null, null, null, null);
    }

    public static Outcome failed(Instant now, FailureCode code, String sentence) {
      return new Outcome(JobState.FAILED, now, code, sentence, null, null, null);
    }
  }

  /** Of which there is nothing to warn, and whose request was part of no trace. */
  public JobRecord(
      JobId id,
      String owner,
      Instant submittedAt,
      Subject subject,
      Needs needs,
      @Nullable Key key,
      @Nullable URI webhook,
      @Nullable Instant startedAt,
      @Nullable Outcome outcome,
      List<Notification> notices) {
    this(
        id,
        owner,
        submittedAt,
        subject,
        needs,
        key,
        webhook,
        startedAt,
        outcome,
        notices,
        List.of(),
        null,
        null);
  }

  public JobRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(submittedAt, "submittedAt");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(needs, "needs");
    notices = notices == null ? List.of() : List.copyOf(notices);
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
    trace = trace == null || traceState == null ? trace : trace.with(traceState);
    traceState = trace == null || trace.state().isEmpty() ? null : trace.state();
  }

  public JobRecord started(Instant now) {
    return with(startedAt == null ? now : startedAt, outcome, notices, warnings);
  }

  /** Over; whoever is to be told is still to be told. */
  public JobRecord over(Outcome how, List<Notification> toBeTold) {
    return with(startedAt, how, toBeTold, warnings);
  }

  /** Unfinished again. */
  public JobRecord reopened() {
    return with(startedAt, null, List.of(), warnings);
  }

  public JobRecord notified(List<Notification> news) {
    return with(startedAt, outcome, news, warnings);
  }

  /** The same where this was said before, or enough was. */
  public JobRecord warned(String sentence) {
    if (warnings.contains(sentence) || warnings.size() >= MOST_WARNINGS) {
      return this;
    }
    List<String> more = new ArrayList<>(warnings);
    more.add(sentence);
    return with(startedAt, outcome, notices, more);
  }

  private JobRecord with(
      @Nullable Instant begun,
      @Nullable Outcome how,
      List<Notification> whoIsTold,
      List<String> ofWhat) {
    return new JobRecord(
        id,
        owner,
        submittedAt,
        subject,
        needs,
        key,
        webhook,
        begun,
        how,
        whoIsTold,
        ofWhat,
        trace,
        traceState);
  }
}
