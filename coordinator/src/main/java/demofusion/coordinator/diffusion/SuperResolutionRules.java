package demofusion.coordinator.diffusion;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderMethod;
import demofusion.protocol.api.request.RenderSpec;

/** What a request must have for method sr, and what belongs to it alone (modes section 7). */
final class SuperResolutionRules {
  private SuperResolutionRules() {}

  static void require(RenderSpec spec) {
    boolean hasUpscaler = spec.methodSettings().upscaler() != null;
    if (spec.method() != RenderMethod.SR) {
      if (hasUpscaler) {
        throw DemofusionException.badRequest(
            "upscaler %s goes with method sr alone, not with %s"
                .formatted(spec.methodSettings().upscaler(), spec.method()));
      }
      return;
    }
    if (!hasUpscaler) {
      throw DemofusionException.badRequest(
          "method sr needs an upscaler: give one with --upscaler, such as a Real-ESRGAN or BSRGAN"
              + " of 2 or 4 times as .safetensors");
    }
    if (spec.source() != null) {
      throw DemofusionException.badRequest(
          "method sr does not redraw a picture to start from: enlarge it with demofusion upscale");
    }
  }
}
