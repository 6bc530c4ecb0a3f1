package demofusion.deploy.compare;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.model.ModelGeometry;
import java.util.List;

/** A setting that a study takes through several values. */
public enum StudySetting {
  /** Between windows, in latent samples. */
  STRIDE("stride", "stride", true),
  /** The exponent of the skip residual's weight. */
  SCALES("cosineScale1", "cosine scale 1", false),
  /** Timesteps of each phase. */
  STEPS("steps", "steps", true),
  /** Of all ControlNets in all phases. */
  CONTROL_WEIGHT("controlnets", "control weight", false);

  private final String name;
  private final String title;
  private final boolean costs;

  StudySetting(String name, String title, boolean costs) {
    this.name = name;
    this.title = title;
    this.costs = costs;
  }

  public Field<?> field() {
    return RequestFields.named(name);
  }

  String title() {
    return title;
  }

  /** Whether other values take other numbers of forwards. */
  boolean costs() {
    return costs;
  }

  /** The values that are tried if none are given. */
  public List<Double> standard(ModelGeometry geometry) {
    double window = geometry.sampleSize();
    return switch (this) {
      case STRIDE -> List.of(window / 8, window / 4, window / 2, window * 3 / 4, window);
      case SCALES -> List.of(1.0, 2.0, 3.0, 4.0, 6.0);
      case STEPS -> List.of(10.0, 20.0, 30.0, 50.0);
      case CONTROL_WEIGHT -> List.of(0.0, 0.25, 0.5, 0.75, 1.0);
    };
  }

  /**
   * The picture with another value.
   *
   * @throws DemofusionException BAD_REQUEST if a whole number is needed, or a ControlNet
   */
  public RenderSpec apply(RenderSpec base, double value) {
    if (this == CONTROL_WEIGHT) {
      return weighted(base, value);
    }
    Object raw = field().jsonClass() == Integer.class ? whole(value) : (Object) value;
    return field().with(base, raw).withSource(null);
  }

  private static RenderSpec weighted(RenderSpec base, double weight) {
    ConditionSettings conditions = base.conditions();
    if (conditions.controls().isEmpty()) {
      throw DemofusionException.badRequest(
          "a study of the control weight needs a ControlNet: give one with --controlnet and what it"
              + " follows with --control-image");
    }
    return base.toBuilder()
        .conditions(
            conditions.withControls(
                conditions.controls().stream()
                    .map(use -> use.withWeights(List.of(weight)))
                    .toList()))
        .source(null)
        .build();
  }

  private int whole(double value) {
    if (value != Math.rint(value) || value < 1 || value > Integer.MAX_VALUE) {
      throw DemofusionException.badRequest(title + " " + value + " must be a whole number above 0");
    }
    return (int) value;
  }
}
