package demofusion.coordinator.diffusion.rule;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.CropCorner;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelInputs;

/**
 * What a request sets and its model cannot be told. It would be drawn as if it had not been set,
 * and nobody would notice, so it is refused.
 */
public final class FieldsOfOtherModels {
  private FieldsOfOtherModels() {}

  public static void refuse(RenderSpec spec, ModelInputs model) {
    if (model.textEncoders() < 2) {
      String second = "is for a second text encoder, and this model has one";
      refuseIf(spec.prompts().prompt2() != null, "prompt 2", second);
      refuseIf(spec.prompts().negative2() != null, "negative prompt 2", second);
    }
    if (!model.microConditioning()) {
      String told = "is what SDXL is told of sizes, and this model is not";
      refuseIf(spec.originalSize() != null, "original size " + spec.originalSize(), told);
      refuseIf(spec.targetSize() != null, "target size " + spec.targetSize(), told);
      refuseIf(!spec.crop().equals(CropCorner.NONE), "crop " + spec.crop(), told);
    }
    if (model.guidance()) {
      String told = "changes how two halves are guided, and this model's UNet is told the guidance";
      Float rescale = spec.guidance().rescale();
      refuseIf(rescale != null && rescale > 0, "guidance rescale " + rescale, told);
      Float high = spec.methodSettings().split().high();
      refuseIf(high != null, "guidance high " + high, told);
    }
    Integer skip = spec.clipSkip();
    if (skip != null && skip > model.mostClipSkip()) {
      throw DemofusionException.badRequest(
          "clip skip %s must be between 1 and %s, since this model's text encoder has no more layers"
              .formatted(skip, model.mostClipSkip()));
    }
  }

  private static void refuseIf(boolean isSet, String field, String why) {
    if (isSet) {
      throw DemofusionException.badRequest(field + " " + why + ": leave it out");
    }
  }
}
