package demofusion.protocol.api.request;

import demofusion.protocol.Range;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.FusionSettings;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.LoraTags;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.prompt.StepPrompts;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request: everything that decides the picture, and nothing that does not (no worker, device,
 * date or path). What is null is left to the model: to what it recommends, where it does ({@link
 * RecommendedSettings}), else to the plan. Two equal specs on the same model, kind of device,
 * precision and threads give the same bits.
 *
 * @param promptSyntax how the prompts are read
 * @param size of the picture, in pixels; null: twice the model's native size
 * @param steps timesteps per phase; null: {@value #STANDARD_STEPS}
 * @param scheduler null: the model folder's own
 * @param stride between local windows, in latent samples; null: half the window
 * @param clipSkip how many of the text encoders' last layers are skipped, in WebUI's count; null:
 *     the model's own
 * @param unit the view batch; null: the plan's documented function of model and size
 * @param originalSize SDXL's original size; null: the picture's
 * @param targetSize SDXL's target size; null: the picture's
 * @param referenceOddities reproduce the released pipeline's two oddities under Euler (spec section
 *     12)
 * @param threads CPU threads of one forward; they change the last bits, so they belong here
 * @param additions to the model: LoRAs and embeddings
 * @param methodSettings what newer methods add; {@link MethodSettings#NONE}: nothing
 * @param regions parts of the picture with prompts of their own
 * @param conditions ControlNets, reference pictures and what is drawn anew
 */
public record RenderSpec(
    Prompts prompts,
    PromptSyntax promptSyntax,
    @Nullable PixelExtent size,
    @Nullable Integer steps,
    AskedGuidance guidance,
    long seed,
    @Nullable SchedulerKind scheduler,
    @Nullable Integer clipSkip,
    @Nullable Integer stride,
    @Nullable ViewBatchSize unit,
    FusionSettings fusion,
    RenderMethod method,
    DemoFusionParts ablations,
    @Nullable SourcePicture source,
    @Nullable PixelExtent originalSize,
    @Nullable PixelExtent targetSize,
    CropCorner crop,
    boolean referenceOddities,
    int threads,
    Additions additions,
    MethodSettings methodSettings,
    RegionSettings regions,
    ConditionSettings conditions) {
  static final int STANDARD_STEPS = 50;

  /** As many as the training timesteps of every model that there is. */
  public static final Range STEPS = new Range("steps", 1, 1000);

  public static final Range SEED = new Range("seed", 0, Long.MAX_VALUE);

  /** The model's text encoders say how much it may really be. */
  public static final Range CLIP_SKIP = new Range("clip skip", 1, 64);

  public static final Range THREADS = new Range("threads", 1, 256);

  public RenderSpec {
    if (steps != null) {
      STEPS.require(steps);
    }
    SEED.require(seed);
    THREADS.require(threads);
    if (clipSkip != null) {
      CLIP_SKIP.require(clipSkip);
    }
    if (referenceOddities) {
      conditions = conditions.likeReference();
    }
    int prepared = steps == null ? STANDARD_STEPS : steps;
    StepPrompts.requireReadable(prompts, promptSyntax, prepared);
    for (Region region : regions.regions()) {
      StepPrompts.requireReadable(promptsOf(region, prompts), promptSyntax, prepared);
    }
  }

  private static Prompts promptsOf(Region region, Prompts whole) {
    return region.negative() == null
        ? new Prompts(region.prompt(), null, whole.negative(), whole.negative2())
        : new Prompts(region.prompt(), null, region.negative(), null);
  }

  /**
   * All prompts that the picture is drawn with: its own, then each region's in their order. A
   * region without a negative prompt has the picture's.
   */
  public List<Prompts> allPrompts() {
    return Stream.concat(
            Stream.of(prompts), regions.regions().stream().map(each -> promptsOf(each, prompts)))
        .toList();
  }

  /** Whether all of them have one negative prompt. */
  public boolean sharesNegative() {
    return allPrompts().stream()
            .map(each -> new Prompts("", null, each.negative(), each.negative2()))
            .distinct()
            .count()
        == 1;
  }

  /** How many steps are asked for, by this request or by the default of spec section 10. */
  public int stepsOrStandard() {
    return steps == null ? STANDARD_STEPS : steps;
  }

  /** The same with the defaults of spec section 10 said, where every model has them. */
  public RenderSpec withStandards() {
    return toBuilder().steps(stepsOrStandard()).guidance(guidance.orStandard()).build();
  }

  /** The defaults of spec section 10 for a prompt and a seed. */
  public static RenderSpec of(String prompt, long seed) {
    return new Builder(Prompts.of(prompt), seed).build();
  }

  /** This request, to be changed in places. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** The LoRAs that are named beside the prompt; those that it names itself come behind them. */
  public List<LoraUse> lorasBesidePrompt() {
    List<LoraUse> loras = additions.loras();
    if (promptSyntax == PromptSyntax.PLAIN || !additions.isResolved()) {
      return loras;
    }
    return loras.subList(0, Math.max(0, loras.size() - lorasOfPrompt().size()));
  }

  /** The LoRAs that the prompt itself names, not looked up; in plain syntax they are letters. */
  public List<LoraUse> lorasOfPrompt() {
    if (promptSyntax == PromptSyntax.PLAIN) {
      return List.of();
    }
    return Stream.of(prompts.prompt(), prompts.forSecondTower())
        .distinct()
        .flatMap(text -> LoraTags.cut(text).uses().stream())
        .toList();
  }

  /**
   * What fast mode refines its upscaling phases with: the request's own, and the LoRA behind them
   * that makes the model one of few steps.
   */
  public Additions refiningAdditions() {
    LoraUse fast = methodSettings.fast().lora();
    return method != RenderMethod.FAST || fast == null
        ? additions
        : additions.withLoras(Stream.concat(additions.loras().stream(), Stream.of(fast)).toList());
  }

  /** The same request from another picture, or from none. */
  public RenderSpec withSource(@Nullable SourcePicture picture) {
    return toBuilder().source(picture).build();
  }

  /** The same request at another size. */
  public RenderSpec sized(PixelExtent other) {
    return toBuilder().size(other).build();
  }

  /**
   * A request with the defaults of spec section 10, or that of another one, where nothing is set.
   */
  public static final class Builder {
    Prompts prompts;
    PromptSyntax promptSyntax = PromptSyntax.PLAIN;
    @Nullable PixelExtent size;
    @Nullable Integer steps;
    AskedGuidance guidance = AskedGuidance.SILENT;
    long seed;
    @Nullable SchedulerKind scheduler;
    @Nullable Integer clipSkip;
    @Nullable Integer stride;
    @Nullable ViewBatchSize unit;
    FusionSettings fusion = FusionSettings.defaults();
    RenderMethod method = RenderMethod.DEMOFUSION;
    DemoFusionParts ablations = DemoFusionParts.all();
    @Nullable SourcePicture source;
    @Nullable PixelExtent originalSize;
    @Nullable PixelExtent targetSize;
    CropCorner crop = CropCorner.NONE;
    boolean referenceOddities;
    int threads = 1;
    Additions additions = Additions.NONE;
    MethodSettings methodSettings = MethodSettings.NONE;
    RegionSettings regions = RegionSettings.NONE;
    ConditionSettings conditions = ConditionSettings.NONE;

    private Builder(Prompts prompts, long seed) {
      this.prompts = prompts;
      this.seed = seed;
    }

    private Builder(RenderSpec spec) {
      prompts = spec.prompts;
      promptSyntax = spec.promptSyntax;
      size = spec.size;
      steps = spec.steps;
      guidance = spec.guidance;
      seed = spec.seed;
      scheduler = spec.scheduler;
      clipSkip = spec.clipSkip;
      stride = spec.stride;
      unit = spec.unit;
      fusion = spec.fusion;
      method = spec.method;
      ablations = spec.ablations;
      source = spec.source;
      originalSize = spec.originalSize;
      targetSize = spec.targetSize;
      crop = spec.crop;
      referenceOddities = spec.referenceOddities;
      threads = spec.threads;
      additions = spec.additions;
      methodSettings = spec.methodSettings;
      regions = spec.regions;
      conditions = spec.conditions;
    }

    public Builder prompts(Prompts value) {
      prompts = value;
      return this;
    }

    public Builder promptSyntax(PromptSyntax value) {
      promptSyntax = value;
      return this;
    }

    public Builder size(@Nullable PixelExtent value) {
      size = value;
      return this;
    }

    public Builder steps(@Nullable Integer value) {
      steps = value;
      return this;
    }

    public Builder guidance(AskedGuidance value) {
      guidance = value;
      return this;
    }

    public Builder guidance(Guidance value) {
      return guidance(new AskedGuidance(value.scale(), value.rescale()));
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public Builder scheduler(@Nullable SchedulerKind value) {
      scheduler = value;
      return this;
    }

    public Builder clipSkip(@Nullable Integer value) {
      clipSkip = value;
      return this;
    }

    public Builder stride(@Nullable Integer value) {
      stride = value;
      return this;
    }

    public Builder unit(@Nullable ViewBatchSize value) {
      unit = value;
      return this;
    }

    public Builder fusion(FusionSettings value) {
      fusion = value;
      return this;
    }

    public Builder method(RenderMethod value) {
      method = value;
      return this;
    }

    public Builder ablations(DemoFusionParts value) {
      ablations = value;
      return this;
    }

    public Builder source(@Nullable SourcePicture value) {
      source = value;
      return this;
    }

    public Builder originalSize(@Nullable PixelExtent value) {
      originalSize = value;
      return this;
    }

    public Builder targetSize(@Nullable PixelExtent value) {
      targetSize = value;
      return this;
    }

    public Builder crop(CropCorner value) {
      crop = value;
      return this;
    }

    public Builder referenceOddities(boolean value) {
      referenceOddities = value;
      return this;
    }

    public Builder threads(int value) {
      threads = value;
      return this;
    }

    public Builder additions(Additions value) {
      additions = value;
      return this;
    }

    public Builder methodSettings(MethodSettings value) {
      methodSettings = value;
      return this;
    }

    public Builder regions(RegionSettings value) {
      regions = value;
      return this;
    }

    public Builder conditions(ConditionSettings value) {
      conditions = value;
      return this;
    }

    /** Leaves the embeddings as they are. */
    public Builder loras(List<LoraUse> value) {
      return additions(additions.withLoras(value));
    }

    public RenderSpec build() {
      return new RenderSpec(
          prompts,
          promptSyntax,
          size,
          steps,
          guidance,
          seed,
          scheduler,
          clipSkip,
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
          threads,
          additions,
          methodSettings,
          regions,
          conditions);
    }
  }
}
