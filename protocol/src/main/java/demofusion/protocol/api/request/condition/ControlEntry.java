package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.protocol.DemofusionException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ControlUse} as JSON has it; what is null is left out. What values may be is checked
 * where it becomes one.
 *
 * @param name of the ControlNet's file without its ending, or of its folder
 * @param type of a union's control, or {@code inpaint}
 * @param image a picture's file in base64, or the word {@code phase}; {@code inpaint} has none
 * @param weights by phase, the last for all that follow; null: 1
 * @param start share of the schedule before which it does not count; null: 0
 * @param end share behind which it does not count; null: 1
 * @param mode see {@link ControlMode}
 * @param resize see {@link ControlResize}
 * @param fit see {@link ControlFit}
 * @param make see {@link ControlMake}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ControlEntry(
    @JsonProperty(required = true) String name,
    @Nullable String type,
    @Nullable String image,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @Nullable List<Double> weights,
    @Nullable Double start,
    @Nullable Double end,
    @Nullable String mode,
    @Nullable String resize,
    @Nullable String fit,
    @Nullable String make) {
  /** In the place of a picture: that of the phase before. */
  public static final String PHASE = "phase";

  private static final List<Double> STANDARD_WEIGHTS = List.of(1.0);

  public ControlEntry {
    if (name == null) {
      throw DemofusionException.badRequest("a ControlNet has no name: say which file it is");
    }
    if (weights != null && weights.stream().anyMatch(Objects::isNull)) {
      throw DemofusionException.badRequest("ControlNet " + name + " has a weight that is null");
    }
    weights = weights == null ? null : List.copyOf(weights);
  }

  static ControlEntry of(ControlUse use) {
    return of(use, ListJson::base64);
  }

  /**
   * @param write what stands for a picture
   */
  static ControlEntry of(ControlUse use, Function<PictureBytes, String> write) {
    PictureBytes picture = use.picture();
    return new ControlEntry(
        use.network().name(),
        use.type(),
        picture != null ? write.apply(picture) : use.isOfInpainting() ? null : PHASE,
        use.weights().equals(STANDARD_WEIGHTS) ? null : use.weights(),
        use.span().start() == 0 ? null : (Double) use.span().start(),
        use.span().end() == 1 ? null : (Double) use.span().end(),
        use.mode() == ControlMode.PLAIN ? null : use.mode().toString(),
        text(use.askedResize()),
        text(use.fit()),
        text(use.make()));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /**
   * Still to be looked up.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public ControlUse toUse() {
    return new ControlUse(
        NamedNetwork.named(name),
        null,
        type,
        picture(),
        weights == null ? STANDARD_WEIGHTS : weights,
        new StepSpan(start == null ? 0 : start, end == null ? 1 : end),
        mode == null ? ControlMode.PLAIN : ControlMode.parse(mode),
        resize == null ? null : ControlResize.parse(resize),
        fit == null ? null : ControlFit.parse(fit),
        make == null ? null : ControlMake.parse(make));
  }

  private @Nullable PictureBytes picture() {
    boolean isOfInpainting = Objects.equals(type, ControlUse.INPAINT);
    if (isOfInpainting && image != null) {
      throw DemofusionException.badRequest(
          "ControlNet %s of type inpaint follows the image that is drawn anew: leave out its image"
              .formatted(name));
    }
    if (!isOfInpainting && image == null) {
      throw DemofusionException.badRequest(
          ("ControlNet %s has no image: give it a picture to follow, or the word phase for the"
                  + " picture of the phase before")
              .formatted(name));
    }
    return image == null || image.equals(PHASE)
        ? null
        : ListJson.picture(image, "the image of ControlNet " + name);
  }
}
