package demofusion.protocol.api.request;

import demofusion.protocol.JobId;
import demofusion.protocol.Range;
import demofusion.protocol.api.request.condition.AskedInpainting;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.PictureCut;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for, before the farm has found the model and checked that it can be done.
 *
 * @param spec without a source picture; that comes from {@code picture}. A picture of which a part
 *     is drawn anew is in it, with its strength
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

  /** The file of the picture that it starts from, or that is drawn anew in part; null: none. */
  byte @Nullable [] image() {
    Inpainting drawn = spec.conditions().inpainting();
    return drawn == null ? picture : drawn.picture().file();
  }

  /** What is said of that picture's strength; null: nothing, so 1. */
  @Nullable Double imageStrength() {
    Inpainting drawn = spec.conditions().inpainting();
    if (drawn == null) {
      return strength;
    }
    return drawn.strength() == 1 ? null : (Double) drawn.strength();
  }

  /** The same request for another picture. */
  public JobRequest withSpec(RenderSpec other) {
    return new JobRequest(other, model, previews, priority, picture, strength, webhook, after);
  }

  /**
   * How much of the picture to start from is drawn anew: all, where nothing is said; null: there is
   * none.
   */
  public @Nullable Double redrawn() {
    return picture == null || strength != null ? strength : Double.valueOf(1);
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
    AskedInpainting inpainting;
    private final @Nullable PictureBytes before;
    private final @Nullable PictureCut cut; // which no field says

    Builder(RenderSpec base) {
      spec = base.toBuilder();
      Inpainting drawn = base.conditions().inpainting();
      inpainting = AskedInpainting.of(drawn);
      before = drawn == null ? null : drawn.picture();
      cut = drawn == null ? null : drawn.cut();
      if (drawn != null) {
        picture = drawn.picture().file();
        strength = drawn.strength();
      }
    }

    /** The very one that was there before, with its pixels if it was read, where it still is. */
    private @Nullable PictureBytes drawnPicture() {
      if (before != null && before.file() == picture) {
        return before;
      }
      return picture == null ? null : PictureBytes.of(picture, "image");
    }

    /**
     * With the picture where it belongs: it is drawn anew in parts, or it is one to start from.
     *
     * @throws demofusion.protocol.DemofusionException BAD_REQUEST if what is drawn anew is not said
     *     in full
     */
    JobRequest build() {
      Inpainting drawn = inpainting.of(drawnPicture(), strength);
      if (drawn != null && cut != null) {
        drawn = drawn.withCut(cut);
      }
      spec.conditions(spec.conditions.withInpainting(drawn));
      boolean isDrawn = drawn != null;
      return new JobRequest(
          spec.build(),
          model,
          previews,
          priority,
          isDrawn ? null : picture,
          isDrawn ? null : strength,
          webhook);
    }
  }
}
