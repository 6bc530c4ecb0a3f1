package demofusion.coordinator.trace;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.coordinator.dispatch.Attempt;
import java.util.Locale;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a job's time. Those that {@link Kind#isPart} follow each other: together they are
 * the job's time.
 *
 * @param name for people
 * @param begin in microseconds since 1970, by the coordinator's clock
 * @param micros how long it took
 * @param attempt what is known of a try at a batch; null for all else
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Span(Kind kind, String name, long begin, long micros, @Nullable Try attempt) {
  private static final long NANOS = 1000;

  /** What the time went into. */
  public enum Kind {
    /** A coordinator takes the job up; no time. */
    RUN(false),
    /** It has its turn and waits for a worker with its model, or for a slot. */
    WAITING(true),
    /** What comes before a phase's first timestep: prompts, pictures, an enlarged latent. */
    OPENING(true),
    /** A timestep is cut into view batches. */
    SCATTER(true),
    /** View batches are with workers, or on their way. */
    BATCHES(true),
    /** All view batches are there, but not the checkpoint before. */
    CHECKPOINT(true),
    /** Predictions are fused, and the solver makes its step. */
    FUSION(true),
    /** A phase begins with the picture of the one before, which is being made. */
    PICTURE(true),
    /** That picture's windows are with the VAE's encoder. */
    ENCODING(true),
    /** The coordinator reads that picture, and begins the phase. */
    PHASE_BEGIN(true),
    /** After the last timestep: the VAE's tiles, and the picture's file. */
    FINISH(true),
    /** What nothing is known of. */
    OTHER(true),
    /** All timesteps of a phase; parts lie in it. */
    PHASE(false),
    /** A checkpoint is on disk; no time. */
    CHECKPOINT_WRITTEN(false),
    /** A try at a batch. */
    BATCH(false),
    /** Batches were left out of the file here; no time. */
    LEFT_OUT(false),
    /** The job is over; no time. */
    END(false);

    private final boolean isPart;

    Kind(boolean isPart) {
      this.isPart = isPart;
    }

    /** Whether it is one of those that follow each other. */
    public boolean isPart() {
      return isPart;
    }

    /** As it is in files. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @JsonCreator
    static Kind parse(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /**
   * What is known of a try at a batch, in microseconds; what is left of its time it was on the
   * wire, there and back.
   *
   * @param work as metrics have it: local, global, vae, encode, upscale
   * @param end as {@link Attempt.End} writes it
   * @param copy whether it was given to a second worker to be done sooner
   * @param audit whether it was a draw of an audit
   * @param queued before it was handed out
   * @param waited at the worker, behind others
   * @param device on the worker's device
   */
  public record Try(
      String worker,
      String work,
      String end,
      boolean copy,
      boolean audit,
      long queued,
      long waited,
      long device) {}

  static Span of(Kind kind, String name, long begin, long end) {
    return new Span(kind, name, begin, end - begin, null);
  }

  /**
   * A try at a batch.
   *
   * @param micros since 1970, of a time of this process
   */
  public static Span of(Attempt attempt, LongUnaryOperator micros) {
    long begin = micros.applyAsLong(attempt.queuedAt());
    return new Span(
        Kind.BATCH,
        attempt.unit(),
        begin,
        micros.applyAsLong(attempt.endedAt()) - begin,
        new Try(
            attempt.worker(),
            attempt.kind().toString(),
            attempt.end().toString(),
            attempt.isCopy(),
            attempt.isExtra(),
            (attempt.leasedAt() - attempt.queuedAt()) / NANOS,
            attempt.waitedNanos() / NANOS,
            attempt.deviceNanos() / NANOS));
  }

  /** In microseconds since 1970. */
  public long end() {
    return begin + micros;
  }
}
