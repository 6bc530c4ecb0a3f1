package demofusion.protocol.api.request;

import static demofusion.protocol.api.request.Field.Surface.GUESTS;

import demofusion.protocol.model.LoraUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of {@link RequestFields#ALL}: what is put into the model for this image. */
final class AdditionFields {
  static final List<Field<?>> ROWS =
      List.of(
          Field.ofSpec(
                  "loras",
                  FieldKind.loras(),
                  AdditionFields::named,
                  RenderSpec.Builder::loras)
              .option("--lora")
              .recorded("DemoFusion LoRA", 27)
              .form(
                  FormGroup.CONDITIONING,
                  "LoRAs",
                  "LoRAs that are put into the model for this image, in this order, each with what"
                      + " its changes are multiplied with: NAME:WEIGHT:TEXT_WEIGHT. The text"
                      + " encoders’ weight is the UNet’s if it is left out.")
              .control(Field.Control.TEXT)
              .otherwise("none")
              .example("watercolour:0.8")
              .notOn(GUESTS));

  private AdditionFields() {}

  /** Those that the request names beside its prompt; null: none. */
  private static @Nullable List<LoraUse> named(RenderSpec spec) {
    List<LoraUse> loras = spec.lorasBesidePrompt();
    return loras.isEmpty() ? null : loras;
  }
}
