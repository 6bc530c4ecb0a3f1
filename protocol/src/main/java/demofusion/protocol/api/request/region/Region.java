package demofusion.protocol.api.request.region;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import demofusion.protocol.model.LoraTags;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of the picture with a prompt of its own.
 *
 * @param area where it is; null: a mask says it
 * @param mask where it is; null: an area says it
 * @param prompt what is drawn there
 * @param negative what is not; null: the picture's negative prompt
 * @param weight how much it counts where it meets others; null: 1
 * @param feather width of its edge in pixels of the picture; null: a quarter of the model's native
 *     side. A mask has its own edges
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Region(
    @Nullable RegionRectangle area,
    @Nullable RegionMask mask,
    @JsonProperty(required = true) String prompt,
    @Nullable String negative,
    @Nullable Double weight,
    @Nullable Double feather) {
  public static final Range WEIGHT = new Range("the weight of a region", 0.0, 100.0, true);
  public static final Range FEATHER = new Range("the feather of a region", 0.0, 16384.0);

  public Region {
    Objects.requireNonNull(prompt, "prompt");
    if ((area == null) == (mask == null)) {
      throw DemofusionException.badRequest(
          "the region \"%s\" must have an area or a mask, and not both".formatted(prompt));
    }
    if (weight != null) {
      WEIGHT.require(weight);
    }
    if (feather != null) {
      FEATHER.require(feather);
      if (mask != null) {
        throw DemofusionException.badRequest(
            ("the region \"%s\" has a mask, whose edges are as soft as they were drawn: leave out"
                    + " its feather")
                .formatted(prompt));
      }
    }
    if (!LoraTags.cut(prompt).uses().isEmpty()) {
      throw DemofusionException.badRequest(
          ("the region \"%s\" names a LoRA, but one set of weights draws the whole image: name it in"
                  + " the image's prompt")
              .formatted(prompt));
    }
  }

  public double weightOrStandard() {
    return weight == null ? 1 : weight;
  }

  /** With its mask read, if it has one. */
  public Region withMask(@Nullable RegionMask read) {
    return new Region(area, read, prompt, negative, weight, feather);
  }

  @Override
  public String toString() {
    return (area == null ? Objects.requireNonNull(mask) : area) + "=" + prompt;
  }
}
