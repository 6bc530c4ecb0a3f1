package demofusion.protocol.model;

/**
 * What a model can be told, as far as requests have fields for it that not every model knows.
 *
 * @param textEncoders how many read the prompts; two in SDXL, and a second prompt is the second's
 * @param mostClipSkip how many of the last layers, in WebUI's count, its text encoders can do
 *     without
 * @param microConditioning whether it is told sizes and crops
 */
public record ModelInputs(int textEncoders, int mostClipSkip, boolean microConditioning) {
  /** SDXL's. */
  public static final ModelInputs SDXL = new ModelInputs(2, 12, true);

  public ModelInputs {
    if (textEncoders < 1 || mostClipSkip < 1) {
      throw new IllegalArgumentException(
          "%s text encoders and a clip skip of %s must both be at least 1"
              .formatted(textEncoders, mostClipSkip));
    }
  }
}
