package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.store.RenderRequest.ModelName;
import demofusion.protocol.latent.Ablations;
import demofusion.protocol.latent.CropCorner;
import demofusion.protocol.latent.FusionSettings;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.RenderSpec;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a picture says of itself: everything that is needed to make it again, in A1111's words where
 * it has them and in the command line's where it has not. No date, no job, no path.
 */
final class PictureText {
  private static final int SHORT_HASH = 10; // as A1111's

  private PictureText() {}

  /** A PNG's texts by keyword. */
  static Map<String, String> of(RenderPlan plan, ModelName model) {
    RenderSpec spec = plan.spec();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Steps", Integer.toString(spec.steps()));
    settings.put("Sampler", plan.scheduler().kind().toString());
    settings.put("CFG scale", Float.toString(spec.guidance().scale()));
    settings.put("CFG rescale", Float.toString(spec.guidance().rescale()));
    settings.put("Seed", Long.toString(spec.seed()));
    settings.put("Size", plan.size().toString());
    settings.put(
        "Model hash", model.hash().substring(0, Math.min(SHORT_HASH, model.hash().length())));
    settings.put("Model", model.name());
    settings.put("Method", spec.method().name().toLowerCase(Locale.ROOT));
    settings.put("Stride", Integer.toString(plan.stride()));
    settings.put("View batch", plan.unit().toString());
    settings.put("Threads", Integer.toString(spec.threads()));
    putFusion(settings, spec.fusion());
    putAblations(settings, spec.ablations());
    putIfThere(settings, "Prompt 2", spec.prompts().prompt2());
    putIfThere(settings, "Negative prompt 2", spec.prompts().negative2());
    PixelExtent original = spec.originalSize();
    putIfThere(settings, "Original size", original == null ? null : original.toString());
    if (!spec.crop().equals(CropCorner.NONE)) {
      settings.put("Crop", spec.crop().left() + "x" + spec.crop().top());
    }
    if (spec.source() != null) {
      settings.put("Denoising strength", Double.toString(spec.source().strength()));
    }
    if (spec.referenceOddities()) {
      settings.put("Compat", "reference");
    }
    String text =
        new GenerationParameters(spec.prompts().prompt(), spec.prompts().negative(), settings)
            .toText();
    return Map.of(GenerationParameters.KEYWORD, text);
  }

  private static void putFusion(Map<String, String> settings, FusionSettings fusion) {
    settings.put("Sigma", Double.toString(fusion.sigma()));
    settings.put("Cosine scale 1", Double.toString(fusion.cosineScale1()));
    settings.put("Cosine scale 2", Double.toString(fusion.cosineScale2()));
    settings.put("Cosine scale 3", Double.toString(fusion.cosineScale3()));
  }

  private static void putAblations(Map<String, String> settings, Ablations ablations) {
    putIfOff(settings, "Skip residual", ablations.skipResidual());
    putIfOff(settings, "Dilated", ablations.dilated());
    putIfOff(settings, "Progressive", ablations.progressive());
    putIfOff(settings, "Gaussian", ablations.gaussian());
    putIfOff(settings, "Jitter", ablations.jitter());
  }

  private static void putIfOff(Map<String, String> settings, String name, boolean isOn) {
    if (!isOn) {
      settings.put(name, "off");
    }
  }

  private static void putIfThere(
      Map<String, String> settings, String name, @Nullable String value) {
    if (value != null) {
      settings.put(name, value);
    }
  }
}
