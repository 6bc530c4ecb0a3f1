package demofusion.deploy.command.option.inpaint;

import demofusion.deploy.command.option.file.PictureOnDisk;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.AskedInpainting;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.Outpaint;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which part of {@code --image} is drawn anew. */
public final class InpaintOptions implements OptionGroup {
  @Option(
      names = "--mask",
      paramLabel = "PICTURE",
      description =
          "Draw anew only what is white here, of --image; what is black stays as it is in the file."
              + " The image keeps its size.")
  @Nullable Path mask;

  @Option(
      names = "--mask-feather",
      paramLabel = "SIGMA",
      description =
          "How softly what is drawn passes into what is kept, outside the mask, in pixels, 0 to 256"
              + " (default: 4).")
  @Nullable Double feather;

  @Option(
      names = "--outpaint",
      paramLabel = "TOP,BOTTOM,LEFT,RIGHT",
      description = "Extend --image on each side by so many pixels.")
  @Nullable String outpaint;

  @Option(
      names = "--outpaint-overlap",
      paramLabel = "PX",
      description =
          "How far inside its old edges an extended image is drawn anew too, in pixels (default:"
              + " 16).")
  @Nullable Integer overlap;

  @Option(
      names = "--inpaint-area",
      paramLabel = "NAME",
      description =
          "What is computed: picture, all of it, or masked, what the mask touches and --padding"
              + " around it, as an image of its own (default: picture).")
  @Nullable String area;

  @Option(
      names = "--padding",
      paramLabel = "P",
      description = "Pixels around the mask with --inpaint-area masked (default: 64).")
  @Nullable Integer padding;

  private @Nullable Inpainting read;

  /** Whether anything of this is asked for: then an image is no source image. */
  public boolean isAsked() {
    return mask != null
        || feather != null
        || outpaint != null
        || overlap != null
        || area != null
        || padding != null;
  }

  /**
   * What the options say, pictures not decoded yet; null: nothing.
   *
   * @throws DemofusionException BAD_REQUEST if one part lacks another
   */
  public @Nullable Inpainting settings(@Nullable Path image, @Nullable Double strength) {
    if (read == null && isAsked()) {
      read =
          new AskedInpainting(
                  mask == null ? null : PictureOnDisk.read("--mask", mask),
                  feather,
                  outpaint == null ? null : Outpaint.parse(outpaint),
                  overlap,
                  area == null ? null : InpaintArea.parse(area),
                  padding)
              .of(image == null ? null : PictureOnDisk.read("--image", image), strength);
    }
    return read;
  }

  @Override
  public String heading() {
    return "Inpainting";
  }
}
