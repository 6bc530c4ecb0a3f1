package demofusion.protocol.api.request.region;

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
public record Region(
    @Nullable RegionRectangle area,
    @Nullable RegionMask mask,
    @JsonProperty(required = true) String prompt,
    @Nullable String negative,
    @Nullable Double weight,
    @Nullable Double feather) {
  public static final Range WEIGHT = new Range("the weight of a region", 0.0, 100.0, true);

  /** In characters, as the picture's own. */
  static final int LONGEST_PROMPT = 16_384;

  public static final Range FEATHER = new Range("the feather of a region", 0.0, 16384.0);

  public Region {
    if (prompt == null) {
      throw DemofusionException.badRequest("a region has no prompt: say what is drawn there");
    }
    requireShort("prompt", prompt);
    if (negative != null) {
      requireShort("negative prompt", negative);
    }
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
    if (namesLora(prompt) || (negative != null && namesLora(negative))) {
      throw DemofusionException.badRequest(
          ("the region \"%s\" names a LoRA, but one set of weights draws the whole image: name it in"
                  + " the image's prompt")
              .formatted(prompt));
    }
  }

  private static boolean namesLora(String text) {
    return !LoraTags.cut(text).uses().isEmpty();
  }

  private static void requireShort(String what, String text) {
    if (text.length() > LONGEST_PROMPT) {
      throw DemofusionException.badRequest(
          "the %s of a region has %s characters; it must have at most %s"
              .formatted(what, text.length(), LONGEST_PROMPT));
    }
  }

  public double weightOrStandard() {
    return weight == null ? 1 : weight;
  }

  /**
   * In a picture of another size, with an edge that is as wide as before beside the picture.
   *
   * @param standard feather where none is said
   * @param times how many times wider the picture is
   */
  public Region withFeather(double standard, double times) {
    return area == null
        ? this
        : new Region(
            area, null, prompt, negative, weight, (feather == null ? standard : feather) * times);
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
