package demofusion.deploy.command.option;

import demofusion.protocol.api.request.AskedGuidance;
import demofusion.protocol.api.request.CropCorner;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.SchedulerKind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What any SDXL program would ask. */
public final class PictureOptions implements OptionGroup {
  @Option(
      names = "--size",
      paramLabel = "WxH",
      description =
          "Width and height in pixels, multiples of 8 (default: the model's own setting, else twice"
              + " its native size).")
  @Nullable PixelExtent size;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Timesteps per phase, 1 to 1000 (default: the model's own setting, else 50).")
  @Nullable Integer steps;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      description =
          "Guidance scale (CFG); 1 or below disables guidance (default: the model's own setting,"
              + " else 7.5).")
  @Nullable Float guidance;

  @Option(
      names = "--guidance-rescale",
      paramLabel = "R",
      description =
          "Guidance rescale, 0 to 1: reduces the extra contrast of high guidance (default: the"
              + " model's own setting, else 0).")
  @Nullable Float guidanceRescale;

  @Option(
      names = "--scheduler",
      paramLabel = "SOLVER[-SPACING]",
      description = {
        "Scheduler: ddim, euler, euler-ancestral, dpmpp-2m, dpmpp-2m-sde, unipc or lcm (default:"
            + " the model folder's own).",
        "-SPACING spaces its steps: by timesteps (all but lcm) -trailing, -leading, -linspace; by"
            + " noise levels (euler, euler-ancestral, dpmpp-2m, dpmpp-2m-sde) -karras,"
            + " -exponential, -beta, -sgm-uniform, -simple, -normal, -ddim-uniform, -ays."
      })
  @Nullable SchedulerKind scheduler;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description =
          "Source image (PNG, JPEG, WebP, TIFF, GIF or BMP) that takes the place of phase 1; any"
              + " size, cropped to the target's aspect ratio.")
  public @Nullable Path image;

  @Option(
      names = "--strength",
      paramLabel = "S",
      description =
          "Denoising strength for --image, above 0 and at most 1: higher changes more"
              + " (default: 1).")
  public @Nullable Double strength;

  @Option(
      names = "--original-size",
      paramLabel = "WxH",
      description = "SDXL micro-conditioning: original size in pixels (default: --size).")
  @Nullable PixelExtent originalSize;

  @Option(
      names = "--target-size",
      paramLabel = "WxH",
      description = "SDXL micro-conditioning: target size in pixels (default: --size).")
  @Nullable PixelExtent targetSize;

  @Option(
      names = "--crop",
      paramLabel = "TOP,LEFT",
      defaultValue = "0,0",
      description =
          "SDXL micro-conditioning: crop in pixels (default: ${DEFAULT-VALUE}, a centred subject).")
  CropCorner crop = CropCorner.NONE;

  void addTo(RenderSpec.Builder spec) {
    spec.size(size)
        .steps(steps)
        .guidance(new AskedGuidance(guidance, guidanceRescale))
        .scheduler(scheduler)
        .originalSize(originalSize)
        .targetSize(targetSize)
        .crop(crop);
  }

  @Override
  public String heading() {
    return "Image";
  }
}
