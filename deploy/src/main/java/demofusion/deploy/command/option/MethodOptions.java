package demofusion.deploy.command.option;

import demofusion.deploy.command.option.file.UpscalerName;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.FusionSettings;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** DemoFusion's own settings, its parts, and the methods beside it. */
public final class MethodOptions implements OptionGroup {
  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "demofusion",
      description = {
        "Method (default: ${DEFAULT-VALUE}). Which to take when:",
        "demofusion  exactly the paper's, to repeat its results; the slowest",
        "detail      truer to phase 1, for a fraction of the time",
        "fast        a draft, with a few-step LoRA or model; not DemoFusion",
        "sr          phase 1, merely enlarged by an upscaler network",
        "For comparison: multidiffusion (overlapping tiles at the target size, from noise) and"
            + " direct (the model at the target size)."
      })
  RenderMethod method = RenderMethod.DEMOFUSION;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description =
          "Stride between tiles, in latent pixels (default: the model's own setting, else half a"
              + " tile, in detail and fast three quarters).")
  @Nullable Integer stride;

  @Option(
      names = "--view-batch",
      paramLabel = "N|half",
      description =
          "View batch: tiles per guided UNet forward pass, or half to run the conditional and"
              + " unconditional passes separately (default: by model and size; may change the"
              + " image's last bits).")
  @Nullable ViewBatchSize viewBatch;

  @Option(
      names = "--sigma",
      paramLabel = "S",
      defaultValue = "0.8",
      description =
          "Width of the Gaussian blur before dilated sampling, in latent pixels (default:"
              + " ${DEFAULT-VALUE}).")
  double sigma;

  @Option(
      names = "--cosine-scale-1",
      paramLabel = "X",
      defaultValue = "3",
      description = "Decay exponent of the skip residual (default: ${DEFAULT-VALUE}).")
  double cosineScale1;

  @Option(
      names = "--cosine-scale-2",
      paramLabel = "X",
      defaultValue = "1",
      description = "Decay exponent of dilated sampling (default: ${DEFAULT-VALUE}).")
  double cosineScale2;

  @Option(
      names = "--cosine-scale-3",
      paramLabel = "X",
      defaultValue = "1",
      description = "Decay exponent of the Gaussian blur (default: ${DEFAULT-VALUE}).")
  double cosineScale3;

  @Option(
      names = "--no-skip-residual",
      description = "Disable the skip residual, which keeps the previous phase's composition.")
  boolean noSkipResidual;

  @Option(names = "--no-dilated", description = "Disable dilated sampling: local tiles only.")
  boolean noDilated;

  @Option(
      names = "--no-progressive",
      description =
          "Disable progressive upscaling: go from the native size to the target in one phase.")
  boolean noProgressive;

  @Option(
      names = "--no-gaussian",
      description = "Disable the Gaussian blur before dilated sampling.")
  boolean noGaussian;

  @Option(names = "--no-jitter", description = "Disable random jitter: tiles on a fixed grid.")
  boolean noJitter;

  @Option(
      names = "--compat",
      paramLabel = "reference",
      description = "Reproduce the two quirks of the authors' released pipeline with Euler.")
  @Nullable Compatibility compatibility;

  @Option(
      names = "--upscaler",
      paramLabel = "FILE|NAME",
      description =
          "sr: super-resolution network that enlarges phase 1's image, a .safetensors file of"
              + " ESRGAN, Real-ESRGAN or BSRGAN (2 or 4 times), or the name of one.")
  @Nullable String upscaler;

  @Mixin final SwitchOptions switches = new SwitchOptions();

  @Mixin final DetailFastOptions detailAndFast = new DetailFastOptions();

  /** Whose oddities to repeat. */
  enum Compatibility {
    reference
  }

  void addTo(RenderSpec.Builder spec) {
    spec.method(method)
        .stride(stride)
        .unit(viewBatch)
        .fusion(new FusionSettings(sigma, cosineScale1, cosineScale2, cosineScale3))
        .ablations(
            new DemoFusionParts(
                !noSkipResidual, !noDilated, !noProgressive, !noGaussian, !noJitter))
        .referenceOddities(compatibility != null)
        .methodSettings(
            detailAndFast.addTo(switches.addTo(MethodSettings.NONE)).withUpscaler(upscalerUse()));
  }

  private @Nullable UpscalerUse upscalerUse() {
    return upscaler == null ? null : UpscalerUse.named(UpscalerName.of(upscaler).name());
  }

  /** The file that is named for an upscaler, as opposed to a name. */
  public Optional<Path> upscalerFile() {
    return Optional.ofNullable(upscaler).flatMap(text -> UpscalerName.of(text).file());
  }

  /**
   * The file that is named, or the one of this name beside a model; empty: there is none here.
   *
   * @param model folder or file
   */
  public Optional<Path> upscalerFileOf(Path model) {
    if (upscaler == null || upscalerFile().isPresent()) {
      return upscalerFile();
    }
    return Optional.of(LibraryOptions.besideModel(model).resolve(upscaler + ".safetensors"))
        .filter(Files::isRegularFile);
  }

  /** The files that are named for LoRAs of a method, as opposed to names. */
  public List<Path> loraFiles() {
    return detailAndFast.loraFiles();
  }

  @Override
  public String heading() {
    return "Method";
  }
}
