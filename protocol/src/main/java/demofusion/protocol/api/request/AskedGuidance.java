package demofusion.protocol.api.request;

import demofusion.protocol.latent.Guidance;
import org.jspecify.annotations.Nullable;

/**
 * Guidance as far as a request says it.
 *
 * @param scale null: the model's own, else that of {@link #STANDARD}
 * @param rescale null: likewise
 */
public record AskedGuidance(@Nullable Float scale, @Nullable Float rescale) {
  /** Spec section 10. */
  public static final Guidance STANDARD = new Guidance(7.5f, 0);

  public static final AskedGuidance SILENT = new AskedGuidance(null, null);

  public AskedGuidance {
    if (scale != null) {
      Guidance.SCALE.require(scale);
    }
    if (rescale != null) {
      Guidance.RESCALE.require(rescale);
    }
  }

  /** What a picture is drawn with where no model recommends anything. */
  public Guidance orStandard() {
    return new Guidance(
        scale == null ? STANDARD.scale() : scale, rescale == null ? STANDARD.rescale() : rescale);
  }
}
