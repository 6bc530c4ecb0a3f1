package demofusion.coordinator.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.job.Order;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Ablations;
import demofusion.protocol.latent.CropCorner;
import demofusion.protocol.latent.FusionSettings;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.latent.UnitOfWork;
import demofusion.protocol.model.SchedulerKind;
import java.net.URI;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/jobs}: an {@link Order} as flat JSON. Everything but the prompt may
 * be left out, and is then what {@code demofusion render} takes where an option is not given. What
 * values may be is checked where they become an order's parts.
 *
 * @param size "WxH" in pixels
 * @param viewBatch "4" or "half"
 * @param image the bytes of a PNG or JPEG to start from; base64 in JSON
 * @param crop "TOP,LEFT" in pixels
 * @param threads CPU threads of one forward; they change the last bits
 * @param model name or hash of a model that workers have
 * @param previews whether each phase's picture is wanted too
 * @param webhook told when the job is over
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NewPicture(
    @JsonProperty(required = true) String prompt,
    @Nullable String prompt2,
    @Nullable String negativePrompt,
    @Nullable String negativePrompt2,
    @Nullable String size,
    @Nullable Integer steps,
    @Nullable Float guidanceScale,
    @Nullable Float guidanceRescale,
    @Nullable Long seed,
    @Nullable String scheduler,
    @Nullable Integer stride,
    @Nullable String viewBatch,
    @Nullable Double sigma,
    @Nullable Double cosineScale1,
    @Nullable Double cosineScale2,
    @Nullable Double cosineScale3,
    @Nullable String method,
    @Nullable Boolean skipResidual,
    @Nullable Boolean dilated,
    @Nullable Boolean progressive,
    @Nullable Boolean gaussian,
    @Nullable Boolean jitter,
    byte @Nullable [] image,
    @Nullable Double strength,
    @Nullable String originalSize,
    @Nullable String targetSize,
    @Nullable String crop,
    @Nullable Boolean referenceOddities,
    @Nullable Integer threads,
    @Nullable String model,
    @Nullable Boolean previews,
    @Nullable Integer priority,
    @Nullable String webhook) {

  /** A picture of this specification, of the only model there is, with nothing else asked for. */
  public static NewPicture of(RenderSpec spec) {
    return of(new Order(spec, null, false, 0, null, null, null));
  }

  /**
   * An order as it is sent; the way back is {@link #toOrder}.
   *
   * @throws IllegalArgumentException if the picture to start from is in the spec, where the order's
   *     own bytes should be
   */
  public static NewPicture of(Order order) {
    RenderSpec spec = order.spec();
    if (spec.source() != null) {
      throw new IllegalArgumentException("an order's picture to start from is sent as its file");
    }
    Prompts prompts = spec.prompts();
    FusionSettings fusion = spec.fusion();
    Ablations parts = spec.ablations();
    return new NewPicture(
        prompts.prompt(),
        prompts.prompt2(),
        prompts.negative(),
        prompts.negative2(),
        text(spec.size()),
        spec.steps(),
        spec.guidance().scale(),
        spec.guidance().rescale(),
        spec.seed(),
        text(spec.scheduler()),
        spec.stride(),
        text(spec.unit()),
        fusion.sigma(),
        fusion.cosineScale1(),
        fusion.cosineScale2(),
        fusion.cosineScale3(),
        spec.method().name().toLowerCase(Locale.ROOT),
        parts.skipResidual(),
        parts.dilated(),
        parts.progressive(),
        parts.gaussian(),
        parts.jitter(),
        order.picture(),
        order.strength(),
        text(spec.originalSize()),
        text(spec.targetSize()),
        spec.crop().top() + "," + spec.crop().left(),
        spec.referenceOddities(),
        spec.threads(),
        order.model(),
        order.previews(),
        order.priority(),
        text(order.webhook()));
  }

  /**
   * What the coordinator is asked for.
   *
   * @param randomSeed where chance begins if that was not given
   * @throws DemofusionException BAD_REQUEST, naming the value and its bound
   */
  public Order toOrder(LongSupplier randomSeed) {
    NewPictureRules.check(this);
    return new Order(
        spec(randomSeed),
        model,
        orElse(previews, false),
        orElse(priority, 0),
        image,
        strength,
        webhook == null ? null : URI.create(webhook));
  }

  private RenderSpec spec(LongSupplier randomSeed) {
    RenderSpec standard = RenderSpec.of(prompt, 0);
    FusionSettings fusion = standard.fusion();
    return new RenderSpec(
        new Prompts(prompt, prompt2, negativePrompt, negativePrompt2),
        size == null ? null : PixelExtent.parse(size),
        orElse(steps, standard.steps()),
        new Guidance(
            orElse(guidanceScale, standard.guidance().scale()),
            orElse(guidanceRescale, standard.guidance().rescale())),
        seed == null ? randomSeed.getAsLong() : seed,
        scheduler == null ? null : SchedulerKind.parse(scheduler),
        stride,
        viewBatch == null ? null : UnitOfWork.parse(viewBatch),
        new FusionSettings(
            orElse(sigma, fusion.sigma()),
            orElse(cosineScale1, fusion.cosineScale1()),
            orElse(cosineScale2, fusion.cosineScale2()),
            orElse(cosineScale3, fusion.cosineScale3())),
        method == null ? standard.method() : NewPictureRules.method(method),
        new Ablations(
            orElse(skipResidual, true),
            orElse(dilated, true),
            orElse(progressive, true),
            orElse(gaussian, true),
            orElse(jitter, true)),
        null,
        originalSize == null ? null : PixelExtent.parse(originalSize),
        targetSize == null ? null : PixelExtent.parse(targetSize),
        crop == null ? CropCorner.NONE : NewPictureRules.crop(crop),
        orElse(referenceOddities, standard.referenceOddities()),
        orElse(threads, standard.threads()));
  }

  private static <T> T orElse(@Nullable T value, T standard) {
    return value == null ? standard : value;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
