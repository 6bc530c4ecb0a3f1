package demofusion.protocol.api.request;

import demofusion.protocol.api.request.method.UpscalerUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of {@link RequestFields#ALL}: what the method sr enlarges with. */
final class UpscalerFields {
  static final List<Field<?>> ROWS =
      List.of(
          LadderFields.settings(
                  "upscaler",
                  FieldKind.text(UpscalerUse.LONGEST_NAME),
                  settings -> name(settings.upscaler()),
                  (settings, name) -> settings.withUpscaler(UpscalerUse.named(name)))
              .option("--upscaler")
              .recorded("DemoFusion upscaler", 45)
              .guestArgument(42)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Upscaler",
                  "Super-resolution: the network that enlarges phase 1’s image (ESRGAN,"
                      + " Real-ESRGAN, BSRGAN), by its name.")
              .control(Field.Control.TEXT)
              .otherwise("none; the method sr needs one")
              .example("RealESRGAN_x4plus"));

  private UpscalerFields() {}

  private static @Nullable String name(@Nullable UpscalerUse upscaler) {
    return upscaler == null ? null : upscaler.name();
  }
}
