package demofusion.deploy.compare;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.FusionSettings;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.model.ModelGeometry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A setting that a study takes through several values. */
public enum StudySetting {
  /** Between windows, in latent samples. */
  STRIDE("stride", true),
  /** The exponent of the skip residual's weight. */
  SCALES("cosine scale 1", false),
  /** Timesteps of each phase. */
  STEPS("steps", true);

  private final String title;
  private final boolean costs;

  StudySetting(String title, boolean costs) {
    this.title = title;
    this.costs = costs;
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
    };
  }

  /**
   * The picture with another value.
   *
   * @throws DemofusionException BAD_REQUEST if a whole number is needed
   */
  public RenderSpec apply(RenderSpec base, double value) {
    FusionSettings fusion = base.fusion();
    return switch (this) {
      case STRIDE -> with(base, base.steps(), whole(value), fusion);
      case STEPS -> with(base, whole(value), base.stride(), fusion);
      case SCALES ->
          with(
              base,
              base.steps(),
              base.stride(),
              new FusionSettings(
                  fusion.sigma(), value, fusion.cosineScale2(), fusion.cosineScale3()));
    };
  }

  private int whole(double value) {
    if (value != Math.rint(value) || value < 1 || value > Integer.MAX_VALUE) {
      throw DemofusionException.badRequest(title + " " + value + " must be a whole number above 0");
    }
    return (int) value;
  }

  private static RenderSpec with(
      RenderSpec base, int steps, @Nullable Integer stride, FusionSettings fusion) {
    return new RenderSpec(
        base.prompts(),
        base.size(),
        steps,
        base.guidance(),
        base.seed(),
        base.scheduler(),
        stride,
        base.unit(),
        fusion,
        base.method(),
        base.ablations(),
        null,
        base.originalSize(),
        base.crop(),
        base.referenceOddities(),
        base.threads());
  }
}
