package demofusion.deploy.plan;

import demofusion.protocol.api.request.Preset;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.model.LoraUse;
import java.util.List;

/**
 * A method that is compared with others: a preset, or any by its own name. Files that it draws with
 * and nobody named change no count, so they are taken as given.
 *
 * @param name as it was asked for
 */
public record ComparedMethod(String name, RenderMethod method) {
  private static final String ANY = "any";

  /**
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST, with a list of what there is
   */
  public static List<ComparedMethod> parseAll(List<String> names) {
    return names.stream().map(String::strip).distinct().map(ComparedMethod::parse).toList();
  }

  private static ComparedMethod parse(String name) {
    return new ComparedMethod(
        name,
        name.equals(Preset.EXACT.toString()) ? RenderMethod.DEMOFUSION : RenderMethod.parse(name));
  }

  /** The same picture by this method. */
  public RenderSpec of(RenderSpec asked) {
    MethodSettings settings = asked.methodSettings();
    if (method == RenderMethod.SR && settings.upscaler() == null) {
      settings = settings.withUpscaler(UpscalerUse.named(ANY));
    }
    if (method == RenderMethod.FAST && settings.fast().lora() == null) {
      FastSettings fast = settings.fast();
      settings =
          settings.withFast(
              new FastSettings(
                  LoraUse.named(ANY, 1, 1),
                  fast.inversion(),
                  fast.timestep(),
                  fast.steps(),
                  fast.scheduler(),
                  fast.injection()));
    }
    return asked.toBuilder().method(method).methodSettings(settings).build();
  }
}
