package demofusion.deploy.command.option;

import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.deploy.command.option.adapter.AdapterOptions;
import demofusion.deploy.command.option.control.ControlOptions;
import demofusion.deploy.command.option.file.LoraNames;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.deploy.command.option.inpaint.InpaintOptions;
import demofusion.deploy.command.option.region.RegionOptions;
import demofusion.protocol.api.request.AskedGuidance;
import demofusion.protocol.api.request.CropCorner;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.SchedulerKind;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What any SDXL program would ask. */
public final class PictureOptions implements OptionGroup {
  @Option(
      names = "--size",
      paramLabel = "WxH",
      description =
          "Width and height in pixels, multiples of 8 (default: the model's own setting, else twice"
              + " its native size).")
  public @Nullable PixelExtent size;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Timesteps per phase, 1 to 1000 (default: the model's own setting, else 50).")
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
        "Scheduler (default: the model folder's own): ddim, euler, euler-ancestral, dpmpp-2m,"
            + " dpmpp-2m-sde, dpmpp-3m, dpmpp-3m-sde, dpmpp-2s, lms, pndm, deis, unipc; twice the"
            + " time a step: heun, dpm2, dpm2-ancestral, dpmpp-2s-ancestral, dpmpp-sde; for models"
            + " of few steps: lcm, tcd, lightning, turbo, hyper-sd; for EDM models: edm-euler,"
            + " edm-dpmpp-2m. What a model predicts stands in its scheduler_config.json"
            + " (--model-config): of one that predicts the image, as Lightning's of 1 step,"
            + " prediction_type must be sample.",
        "-SPACING spaces its steps: by timesteps (all in the first two lists but dpmpp-2s)"
            + " -trailing, -leading, -linspace; by noise levels (euler, euler-ancestral, heun,"
            + " dpm2, dpm2-ancestral, lms, dpmpp-2m, dpmpp-2m-sde, dpmpp-3m-sde,"
            + " dpmpp-2s-ancestral, dpmpp-sde) -karras, -exponential, -beta, -sgm-uniform, -simple,"
            + " -normal, -ddim-uniform, -ays."
      })
  @Nullable SchedulerKind scheduler;

  @Option(
      names = "--clip-skip",
      paramLabel = "N",
      description =
          "Layer of the text encoder at which the prompt is read, counted from the last (default:"
              + " the model's own, 1, for SDXL 2).")
  @Nullable Integer clipSkip;

  @Option(
      names = "--lora",
      paramLabel = "NAME[:W[:TE_W]]",
      description =
          "LoRA for this image, a file or the name of one; repeatable, applied in this order. W"
              + " multiplies its changes to the UNet (default: 1), TE_W those to the text encoders"
              + " (default: W).")
  List<String> loras = List.of();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description =
          "Source image (PNG, JPEG, WebP, TIFF, GIF or BMP) that takes the place of phase 1; any"
              + " size, cropped to the target's aspect ratio. With --mask or --outpaint: the image of"
              + " which a part is drawn anew.")
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

  @Mixin final RegionOptions regions = new RegionOptions();

  @Mixin public final ControlOptions controls = new ControlOptions();

  @Mixin public final AdapterOptions adapters = new AdapterOptions();

  @Mixin public final InpaintOptions inpainting = new InpaintOptions();

  void addTo(RenderSpec.Builder spec) {
    spec.size(size)
        .steps(steps)
        .guidance(new AskedGuidance(guidance, guidanceRescale))
        .scheduler(scheduler)
        .clipSkip(clipSkip)
        .originalSize(originalSize)
        .targetSize(targetSize)
        .crop(crop)
        .loras(LoraNames.of(loras).uses())
        .regions(regions.settings())
        .conditions(
            new ConditionSettings(
                controls.settings(), adapters.settings(), inpainting.settings(image, strength)));
  }

  /** Where the files of its ControlNets and IP-Adapters are that are named, as opposed to names. */
  public List<Place> networks() {
    return Stream.concat(controls.places().stream(), adapters.places().stream()).toList();
  }

  /** The same as they were given, of which nothing but headers is wanted. */
  public List<Place> networkFiles() {
    return Stream.concat(controls.files().stream(), adapters.places().stream()).toList();
  }

  /** The picture to start from; null: there is none, or a part of it is drawn anew. */
  public @Nullable Path source() {
    return inpainting.isAsked() ? null : image;
  }

  /** What is said of the strength of that picture. */
  public @Nullable Double sourceStrength() {
    return inpainting.isAsked() ? null : strength;
  }

  /** How much of that picture is drawn anew: all, where nothing is said; null: there is none. */
  public @Nullable Double redrawn() {
    return source() == null || strength != null ? sourceStrength() : Double.valueOf(1);
  }

  /** The files that are named for LoRAs, as opposed to names. */
  public List<Path> loraFiles() {
    return LoraNames.of(loras).files();
  }

  @Override
  public String heading() {
    return "Image";
  }
}
