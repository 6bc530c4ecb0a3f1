package demofusion.protocol.latent;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerKind;
import org.jspecify.annotations.Nullable;

/**
 * One request: everything that decides the picture, and nothing that does not (no worker, device,
 * date or path). What is null is left to the model and resolved by the plan. Two equal specs on the
 * same model, kind of device, precision and threads give the same bits.
 *
 * @param size of the picture, in pixels; null: twice the model's native size
 * @param steps timesteps per phase
 * @param scheduler null: the model folder's own
 * @param stride between local windows, in latent samples; null: half the window
 * @param unit of work; null: the plan's documented function of model and size
 * @param originalSize SDXL's original size; null: the picture's
 * @param targetSize SDXL's target size; null: the picture's
 * @param referenceOddities reproduce the released pipeline's two oddities under Euler (spec section
 *     12)
 * @param threads CPU threads of one forward; they change the last bits, so they belong here
 */
public record RenderSpec(
    Prompts prompts,
    @Nullable PixelExtent size,
    int steps,
    Guidance guidance,
    long seed,
    @Nullable SchedulerKind scheduler,
    @Nullable Integer stride,
    @Nullable UnitOfWork unit,
    FusionSettings fusion,
    RenderMethod method,
    Ablations ablations,
    @Nullable SourcePicture source,
    @Nullable PixelExtent originalSize,
    @Nullable PixelExtent targetSize,
    CropCorner crop,
    boolean referenceOddities,
    int threads) {
  /** The training timesteps of every model that there is. */
  private static final int MOST_STEPS = 1000;

  public RenderSpec {
    if (steps < 1 || steps > MOST_STEPS) {
      throw DemofusionException.badRequest(
          "steps " + steps + " must be between 1 and " + MOST_STEPS);
    }
    if (seed < 0) {
      throw DemofusionException.badRequest(
          "seed " + seed + " must be between 0 and " + Long.MAX_VALUE);
    }
    if (threads < 1 || threads > 256) {
      throw DemofusionException.badRequest("threads " + threads + " must be between 1 and 256");
    }
  }

  /** Without a target size of its own. */
  public RenderSpec(
      Prompts prompts,
      @Nullable PixelExtent size,
      int steps,
      Guidance guidance,
      long seed,
      @Nullable SchedulerKind scheduler,
      @Nullable Integer stride,
      @Nullable UnitOfWork unit,
      FusionSettings fusion,
      RenderMethod method,
      Ablations ablations,
      @Nullable SourcePicture source,
      @Nullable PixelExtent originalSize,
      CropCorner crop,
      boolean referenceOddities,
      int threads) {
    this(
        prompts,
        size,
        steps,
        guidance,
        seed,
        scheduler,
        stride,
        unit,
        fusion,
        method,
        ablations,
        source,
        originalSize,
        null,
        crop,
        referenceOddities,
        threads);
  }

  /** The defaults of spec section 10 for a prompt and a seed. */
  public static RenderSpec of(String prompt, long seed) {
    return new RenderSpec(
        Prompts.of(prompt),
        null,
        50,
        new Guidance(7.5f, 0),
        seed,
        null,
        null,
        null,
        FusionSettings.defaults(),
        RenderMethod.DEMOFUSION,
        Ablations.none(),
        null,
        null,
        CropCorner.NONE,
        false,
        1);
  }

  /** The same request from another picture, or from none. */
  public RenderSpec withSource(@Nullable SourcePicture picture) {
    return new RenderSpec(
        prompts,
        size,
        steps,
        guidance,
        seed,
        scheduler,
        stride,
        unit,
        fusion,
        method,
        ablations,
        picture,
        originalSize,
        targetSize,
        crop,
        referenceOddities,
        threads);
  }

  /** The same request at another size. */
  public RenderSpec sized(PixelExtent other) {
    return new RenderSpec(
        prompts,
        other,
        steps,
        guidance,
        seed,
        scheduler,
        stride,
        unit,
        fusion,
        method,
        ablations,
        source,
        originalSize,
        targetSize,
        crop,
        referenceOddities,
        threads);
  }

  /**
   * The same request at another size, with the model told what it was told at this one.
   *
   * @param original what the model is told that the picture's original size was
   * @param target what the model is told that the picture's size is
   * @param sameUnit of work
   */
  public RenderSpec enlarged(
      PixelExtent larger, PixelExtent original, PixelExtent target, UnitOfWork sameUnit) {
    return new RenderSpec(
        prompts,
        larger,
        steps,
        guidance,
        seed,
        scheduler,
        stride,
        sameUnit,
        fusion,
        method,
        ablations,
        source,
        original,
        target,
        crop,
        referenceOddities,
        threads);
  }
}
