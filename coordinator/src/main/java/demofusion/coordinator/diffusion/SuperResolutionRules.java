package demofusion.coordinator.diffusion;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.RenderMethod;

/** What a request must have for method sr (modes section 7). */
final class SuperResolutionRules {
  private SuperResolutionRules() {}

  static void require(RenderSpec spec) {
    if (spec.method() != RenderMethod.SR) {
      return;
    }
    if (spec.methodSettings().upscaler() == null) {
      throw DemofusionException.badRequest(
          "method sr needs an upscaler, a super-resolution network in a .safetensors file (ESRGAN,"
              + " Real-ESRGAN or BSRGAN, 2 or 4 times): name one as upscaler");
    }
    if (spec.source() != null) {
      throw DemofusionException.badRequest(
          "method sr does not redraw a picture to start from: enlarge it with demofusion upscale");
    }
  }
}
