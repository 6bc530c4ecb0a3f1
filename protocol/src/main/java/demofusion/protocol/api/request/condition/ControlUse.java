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
 * @param type of a union's control, by its name ({@link UnionType}), or {@code inpaint} for a
 *     network that is told the original and its mask; null: a plain one
 * @param picture null: the picture of the phase before, or with {@code inpaint} the original
 * @param weights by phase, the last for all that follow
 * @param askedResize null: fresh; chain where the released pipeline is asked for
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
    @Nullable ControlResize askedResize,
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
    if (type != null && !type.equals(INPAINT)) {
      UnionType.parse(type);
    }
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
        null,
        null,
        null);
  }

  /**
   * Looked up.
   *
   * @throws DemofusionException BAD_REQUEST if a union is asked for no type that it has, or another
   *     network for one
   */
  public ControlUse with(NamedNetwork found, ControlFacts read) {
    requireType(read.unionTypes());
    return new ControlUse(found, read, type, picture, weights, span, mode, askedResize, fit, make);
  }

  private void requireType(@Nullable Integer types) {
    if (types == null) {
      if (type != null && !isOfInpainting()) {
        throw DemofusionException.badRequest(
            "ControlNet %s is no union of several types: leave out its type %s"
                .formatted(network, type));
      }
      return;
    }
    if (type == null || isOfInpainting() || UnionType.parse(type).index() >= types) {
      throw DemofusionException.badRequest(
          "ControlNet %s is a union of %s types, %s: say which of them its picture is (%s)"
              .formatted(
                  network,
                  types,
                  UnionType.names(types),
                  type == null ? "none is said" : type + " is none of them"));
    }
  }

  /** For people: what it is, and which. */
  public String title() {
    return "ControlNet " + network;
  }

  /** What its picture is to a union; empty: it is none. */
  public Optional<UnionType> unionType() {
    return Optional.ofNullable(type).filter(UnionType::isName).map(UnionType::parse);
  }

  public ControlResize resize() {
    return askedResize == null ? ControlResize.FRESH : askedResize;
  }

  /** Resized as the released pipeline does, where nothing else was said. */
  ControlUse likeReference() {
    return askedResize != null
        ? this
        : new ControlUse(
            network, facts, type, picture, weights, span, mode, ControlResize.CHAIN, fit, make);
  }

  /** The same picture, of which more is known. */
  public ControlUse withPicture(PictureBytes seen) {
    return new ControlUse(network, facts, type, seen, weights, span, mode, askedResize, fit, make);
  }

  /** With other weights. */
  public ControlUse withWeights(List<Double> others) {
    return new ControlUse(
        network, facts, type, picture, others, span, mode, askedResize, fit, make);
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
