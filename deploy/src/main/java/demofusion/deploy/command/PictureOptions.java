package demofusion.deploy.command;

import demofusion.protocol.latent.CropCorner;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.SchedulerKind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What any SDXL program would ask. */
final class PictureOptions implements OptionGroup {
  @Option(
      names = "--size",
      paramLabel = "WxH",
      description =
          "Width and height in pixels, multiples of the VAE's factor, 8 (default: twice the model's"
              + " native size).")
  @Nullable PixelExtent size;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "50",
      description = "Timesteps per phase, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  int steps;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      defaultValue = "7.5",
      description =
          "How strongly the prompt guides; at 1 or below not at all (default: ${DEFAULT-VALUE}).")
  float guidance;

  @Option(
      names = "--guidance-rescale",
      paramLabel = "R",
      defaultValue = "0",
      description =
          "0 to 1: how far guidance's excess contrast is taken back (default: ${DEFAULT-VALUE}).")
  float guidanceRescale;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      description = {
        "ddim, euler, euler-ancestral, dpmpp-2m, dpmpp-2m-karras, dpmpp-2m-sde, dpmpp-2m-sde-karras, unipc, lcm"
            + " (default: the model folder's own)."
      })
  @Nullable SchedulerKind scheduler;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description =
          "Start from this picture (PNG or JPEG) instead of a drawn one; any size, cropped to the"
              + " target's aspect.")
  @Nullable Path image;

  @Option(
      names = "--strength",
      paramLabel = "S",
      description = "With --image: above 0 to 1, how much of it is noised away (default: 1).")
  @Nullable Double strength;

  @Option(
      names = "--original-size",
      paramLabel = "WxH",
      description =
          "What SDXL is told the picture's original size was, in pixels (default: its size).")
  @Nullable PixelExtent originalSize;

  @Option(
      names = "--target-size",
      paramLabel = "WxH",
      description = "What SDXL is told the picture's size is, in pixels (default: its size).")
  @Nullable PixelExtent targetSize;

  @Option(
      names = "--crop",
      paramLabel = "TOP,LEFT",
      defaultValue = "0,0",
      description =
          "What SDXL is told was cropped off, in pixels (default: ${DEFAULT-VALUE}, well centred).")
  CropCorner crop = CropCorner.NONE;

  @Override
  public String heading() {
    return "The picture";
  }
}
