package demofusion.deploy.command;

import demofusion.protocol.latent.Ablations;
import demofusion.protocol.latent.FusionSettings;
import demofusion.protocol.latent.RenderMethod;
import demofusion.protocol.latent.UnitOfWork;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** DemoFusion's own settings, its parts, and the baselines beside it. */
final class MethodOptions implements OptionGroup {
  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "demofusion",
      description =
          "demofusion, multidiffusion (overlapping windows at the target size, from noise) or direct"
              + " (the model at the target size) (default: ${DEFAULT-VALUE}).")
  RenderMethod method = RenderMethod.DEMOFUSION;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "Between local windows, in latent samples (default: half the window).")
  @Nullable Integer stride;

  @Option(
      names = "--view-batch",
      paramLabel = "N|half",
      description =
          "The unit of work: guided views per forward of the UNet, or one guidance half (default: by"
              + " model and size; part of the picture's identity).")
  @Nullable UnitOfWork viewBatch;

  @Option(
      names = "--sigma",
      paramLabel = "S",
      defaultValue = "0.8",
      description =
          "Width of the Gaussian before dilated sampling, in latent samples (default:"
              + " ${DEFAULT-VALUE}).")
  double sigma;

  @Option(
      names = "--cosine-scale-1",
      paramLabel = "X",
      defaultValue = "3",
      description = "Exponent of the skip residual's weight (default: ${DEFAULT-VALUE}).")
  double cosineScale1;

  @Option(
      names = "--cosine-scale-2",
      paramLabel = "X",
      defaultValue = "1",
      description = "Exponent of the dilated paths' weight (default: ${DEFAULT-VALUE}).")
  double cosineScale2;

  @Option(
      names = "--cosine-scale-3",
      paramLabel = "X",
      defaultValue = "1",
      description = "Exponent of the Gaussian's width (default: ${DEFAULT-VALUE}).")
  double cosineScale3;

  @Option(
      names = "--no-skip-residual",
      description = "Do not lead the picture by the phase before.")
  boolean noSkipResidual;

  @Option(names = "--no-dilated", description = "Local windows only, no global paths.")
  boolean noDilated;

  @Option(names = "--no-progressive", description = "One jump from the native size to the target.")
  boolean noProgressive;

  @Option(names = "--no-gaussian", description = "No Gaussian before dilated sampling.")
  boolean noGaussian;

  @Option(names = "--no-jitter", description = "Local windows on a fixed grid.")
  boolean noJitter;

  @Option(
      names = "--compat",
      paramLabel = "reference",
      description = "reference: with the two oddities that the released pipeline has under Euler.")
  @Nullable Compatibility compatibility;

  /** Whose oddities to repeat. */
  enum Compatibility {
    reference
  }

  FusionSettings fusion() {
    return new FusionSettings(sigma, cosineScale1, cosineScale2, cosineScale3);
  }

  Ablations ablations() {
    return new Ablations(!noSkipResidual, !noDilated, !noProgressive, !noGaussian, !noJitter);
  }

  @Override
  public String heading() {
    return "The method";
  }
}
