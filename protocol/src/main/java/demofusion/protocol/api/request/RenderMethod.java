package demofusion.protocol.api.request;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/**
 * Which algorithm makes the picture: DemoFusion, or one of the two baselines that its paper
 * compares with.
 */
public enum RenderMethod {
  /** Progressive upscaling with skip residuals and dilated sampling (arXiv 2311.16973). */
  DEMOFUSION,
  /** Overlapping windows at the target size, from noise (arXiv 2302.08113). */
  MULTIDIFFUSION,
  /** The model itself at the target size, in one view. */
  DIRECT;

  /** Reads a name of the command line. */
  public static RenderMethod parse(String text) {
    for (RenderMethod method : values()) {
      if (method.toString().equals(text)) {
        return method;
      }
    }
    throw DemofusionException.badRequest(
        "method \"" + text + "\" must be demofusion, multidiffusion or direct");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
