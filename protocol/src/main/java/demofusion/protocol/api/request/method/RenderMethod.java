package demofusion.protocol.api.request.method;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/**
 * Which algorithm makes the picture: DemoFusion, one of the baselines that its paper compares with,
 * or a newer method on the same tiles ({@code coordinator/docs/modes.md}).
 */
public enum RenderMethod {
  /** Progressive upscaling with skip residuals and dilated sampling (arXiv 2311.16973). */
  DEMOFUSION,
  /** Overlapping windows at the target size, from noise (arXiv 2302.08113). */
  MULTIDIFFUSION,
  /** The model itself at the target size, in one view. */
  DIRECT,
  /** Frequency mixing and structure guidance on tiles, without dilated views (modes section 2). */
  DETAIL,
  /** Few steps with a few-step model in all phases (modes section 6). */
  FAST,
  /** The model at its native size, enlarged by a super-resolution network (modes section 7). */
  SR;

  /** Reads a name of the command line. */
  public static RenderMethod parse(String text) {
    for (RenderMethod method : values()) {
      if (method.toString().equals(text)) {
        return method;
      }
    }
    throw DemofusionException.badRequest(
        "method \"" + text + "\" must be demofusion, multidiffusion, direct, detail, fast or sr");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
