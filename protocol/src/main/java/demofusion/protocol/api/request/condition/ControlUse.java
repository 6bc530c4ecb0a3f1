package demofusion.protocol.api.request.condition;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A ControlNet and what it follows (conditioning section 2).
 *
 * @param network its file
 * @param facts what was read of it when it was looked up; null until then
 * @param type of a union's control, by its name ({@code openpose}, {@code tile} …), or {@code
 *     inpaint} for a network that is told the original and its mask; null: a plain one
 * @param picture null: the picture of the phase before, or with {@code inpaint} the original
 * @param weights by phase, the last for all that follow
 * @param fit null: a picture of another aspect is refused
 * @param make null: the picture is what the network wants
 */
public record ControlUse(
    NamedNetwork network,
    @Nullable ControlFacts facts,
    @Nullable String type,
    @Nullable PictureBytes picture,
    List<Double> weights,
    StepSpan span,
    ControlMode mode,
    ControlResize resize,
    @Nullable ControlFit fit,
    @Nullable ControlMake make) {
  /** The type of a network that is told the original and its mask. */
  public static final String INPAINT = "inpaint";

  public static final Range WEIGHT = new Range("control weight", 0.0, 4.0);
  private static final int MOST_WEIGHTS = 64;

  public ControlUse {
    weights = List.copyOf(weights);
    if (weights.isEmpty() || weights.size() > MOST_WEIGHTS) {
      throw DemofusionException.badRequest(
          "ControlNet %s has %s weights; it must have 1 to %s"
              .formatted(network, weights.size(), MOST_WEIGHTS));
    }
    weights.forEach(WEIGHT::require);
    if (picture == null && make != null) {
      throw DemofusionException.badRequest(
          "ControlNet %s makes %s of a picture: give it one".formatted(network, make));
    }
  }

  /** Of weight 1 in all phases, with everything else as it is without a word. */
  public static ControlUse of(NamedNetwork network, @Nullable PictureBytes picture) {
    return new ControlUse(
        network,
        null,
        null,
        picture,
        List.of(1.0),
        StepSpan.ALL,
        ControlMode.PLAIN,
        ControlResize.FRESH,
        null,
        null);
  }

  /** Looked up. */
  public ControlUse with(NamedNetwork found, ControlFacts read) {
    return new ControlUse(found, read, type, picture, weights, span, mode, resize, fit, make);
  }

  public Optional<ControlFacts> known() {
    return Optional.ofNullable(facts);
  }

  /** Whether it is told the original and the mask of what is drawn anew. */
  public boolean isOfInpainting() {
    return INPAINT.equals(type);
  }

  /** Whether it follows the picture of the phase before. */
  public boolean isOfPhase() {
    return picture == null && !isOfInpainting();
  }

  /**
   * @param phase from 1
   */
  public double weight(int phase) {
    return weights.get(Math.min(phase, weights.size()) - 1);
  }
}
