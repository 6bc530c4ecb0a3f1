package demofusion.protocol.api.request;

import static demofusion.protocol.api.request.Field.Surface.GUESTS;

import demofusion.protocol.api.request.condition.Inpainting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of {@link RequestFields#ALL}: an image to start from, and what SDXL is told of sizes. */
final class StartFields {
  static final List<Field<?>> ROWS =
      List.of(
          Field.<byte[]>of(
                  "image", FieldKind.file(), JobRequest::image, (b, file) -> b.picture = file)
              .checked(RequestRules::requirePicture)
              .option("--image")
              .recorded("DemoFusion source picture", 12)
              .recordedAs(StartFields::fingerprint, text -> null)
              .form(
                  FormGroup.START,
                  "Image",
                  "A PNG, JPEG, WebP, TIFF, GIF or BMP that takes the place of phase 1: it is"
                      + " enlarged and redrawn. With a mask, only what that covers is drawn anew.")
              .control(Field.Control.FILE)
              .notOn(GUESTS),
          Field.of(
                  "strength",
                  FieldKind.number(Double.class, SourcePicture.STRENGTH),
                  JobRequest::imageStrength,
                  (b, strength) -> b.strength = strength)
              .checked(SourcePicture.STRENGTH::require)
              .option("--strength")
              .recorded("Denoising strength", 13)
              .recordedAs(StartFields::strength, text -> text)
              .form(
                  FormGroup.START,
                  "Strength",
                  "How much of the image is noised away: 1 redraws all of it, 0.3 keeps most.")
              .otherwise("1")
              .needs("image")
              .notOn(GUESTS),
          Field.ofSpec(
                  "originalSize",
                  FieldKind.extent(),
                  RenderSpec::originalSize,
                  RenderSpec.Builder::originalSize)
              .option("--original-size")
              .recorded("Original size", 9)
              .guestArgument(16)
              .form(
                  FormGroup.CONDITIONING,
                  "Original size",
                  "What the model is told the image’s original size was, as WIDTHxHEIGHT in"
                      + " pixels.")
              .otherwise("the image’s size")
              .example("1024x768"),
          Field.ofSpec(
                  "targetSize",
                  FieldKind.extent(),
                  RenderSpec::targetSize,
                  RenderSpec.Builder::targetSize)
              .option("--target-size")
              .recorded("Target size", 10)
              .guestArgument(20)
              .form(
                  FormGroup.CONDITIONING,
                  "Target size",
                  "What the model is told the image’s size is, as WIDTHxHEIGHT in pixels.")
              .otherwise("the image’s size")
              .example("2048x1536"),
          Field.ofSpec(
                  "crop",
                  FieldKind.parsed(CropCorner::parse, CropCorner.PATTERN),
                  RenderSpec::crop,
                  RenderSpec.Builder::crop)
              .option("--crop")
              .recorded("Crop", 11)
              .recordedIf(spec -> !spec.crop().equals(CropCorner.NONE))
              .guestArgument(17)
              .form(
                  FormGroup.CONDITIONING,
                  "Crop",
                  "What the model is told was cropped off, as TOP,LEFT in pixels.")
              .example("0,256"),
          Field.ofSpec(
                  "referenceOddities",
                  FieldKind.flag(),
                  RenderSpec::referenceOddities,
                  RenderSpec.Builder::referenceOddities)
              .option("--compat")
              .recorded("DemoFusion compat", 22)
              .recordedAs(spec -> spec.referenceOddities() ? "reference" : null, text -> text)
              .guestArgument(21)
              .form(
                  FormGroup.SAMPLING,
                  "Reference oddities",
                  "Repeat the two oddities that the authors’ pipeline has with the Euler"
                      + " scheduler."),
          Field.ofSpec(
                  "threads",
                  FieldKind.whole(RenderSpec.THREADS),
                  RenderSpec::threads,
                  RenderSpec.Builder::threads)
              .option("--threads")
              .recorded("Threads", 23)
              .guestArgument(18)
              .form(
                  FormGroup.JOB,
                  "CPU threads",
                  "CPU threads for one forward pass of the UNet on a worker without a GPU. Their"
                      + " number changes the last bits of the image."));

  private StartFields() {}

  private static @Nullable String fingerprint(RenderSpec spec) {
    Inpainting drawn = spec.conditions().inpainting();
    if (drawn != null) {
      return drawn.picture().hashText();
    }
    SourcePicture source = spec.source();
    return source == null ? null : source.fingerprint();
  }

  private static @Nullable String strength(RenderSpec spec) {
    Inpainting drawn = spec.conditions().inpainting();
    if (drawn != null) {
      return Double.toString(drawn.strength());
    }
    SourcePicture source = spec.source();
    return source == null ? null : Double.toString(source.strength());
  }
}
