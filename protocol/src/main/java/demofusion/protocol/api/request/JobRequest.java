package demofusion.protocol.api.request;

import demofusion.protocol.JobId;
import demofusion.protocol.Range;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for, before the farm has found the model and checked that it can be done.
 *
 * @param spec without a source picture; that comes from {@code picture}
 * @param model name or hash (or the first 8 or more digits of it) of a model that workers have;
 *     null: the only one that they have
 * @param previews whether each phase's picture is wanted too
 * @param priority jobs of a higher one go first
 * @param picture the bytes of a picture to start from, of a format that is read
 * @param strength 0 to 1, only with a picture; null: 1
 * @param webhook told when the job is over
 * @param after the picture whose phases come before this one's; null: it begins by itself
 */
public record JobRequest(
    RenderSpec spec,
    @Nullable String model,
    boolean previews,
    int priority,
    byte @Nullable [] picture,
    @Nullable Double strength,
    @Nullable URI webhook,
    @Nullable Earlier after) {
  public static final Range PRIORITY = new Range("priority", -1000, 1000);

  /**
   * Another job, some phases of which this one need not do again.
   *
   * @param phases how many of the first ones; null: as many as are done and are the same
   */
  public record Earlier(JobId job, @Nullable Integer phases) {}

  /** A picture that begins by itself. */
  public JobRequest(
      RenderSpec spec,
      @Nullable String model,
      boolean previews,
      int priority,
      byte @Nullable [] picture,
      @Nullable Double strength,
      @Nullable URI webhook) {
    this(spec, model, previews, priority, picture, strength, webhook, null);
  }

  /** A picture by itself, of the only model there is, with nothing else asked for. */
  public static JobRequest of(RenderSpec spec) {
    return new JobRequest(spec, null, false, 0, null, null, null);
  }

  /** The same request for another picture. */
  public JobRequest withSpec(RenderSpec other) {
    return new JobRequest(other, model, previews, priority, picture, strength, webhook, after);
  }

  /** A request that is put together field by field. */
  static final class Builder {
    final RenderSpec.Builder spec;
    @Nullable String model;
    boolean previews;
    int priority;
    byte @Nullable [] picture;
    @Nullable Double strength;
    @Nullable URI webhook;

    Builder(RenderSpec base) {
      spec = base.toBuilder();
    }

    JobRequest build() {
      return new JobRequest(spec.build(), model, previews, priority, picture, strength, webhook);
    }
  }
}
