package demofusion.protocol.model;

import org.jspecify.annotations.Nullable;

/**
 * What a model can be told, as far as requests have fields for it that not every model knows.
 *
 * @param textEncoders how many read the prompts; two in SDXL, and a second prompt is the second's
 * @param mostClipSkip how many of the last layers, in WebUI's count, its text encoders can do
 *     without
 * @param microConditioning whether it is told sizes and crops
 * @param mask whether its UNet sees, beside the latent, which part of a picture is drawn anew and
 *     what is around it: an inpainting model of nine channels
 * @param guidance whether its UNet is told the guidance scale (LCM's), so that a view is one
 *     forward and has no unconditional half
 * @param unet what ControlNets and IP-Adapters must fit; null where nobody told
 */
public record ModelInputs(
    int textEncoders,
    int mostClipSkip,
    boolean microConditioning,
    boolean mask,
    boolean guidance,
    @Nullable UnetShape unet) {
  /** SDXL's. */
  public static final ModelInputs SDXL = new ModelInputs(2, 12, true);

  /** Of a model that sees the latent alone. */
  public ModelInputs(int textEncoders, int mostClipSkip, boolean microConditioning) {
    this(textEncoders, mostClipSkip, microConditioning, false);
  }

  /** Of a model of whose UNet nothing more is known. */
  public ModelInputs(int textEncoders, int mostClipSkip, boolean microConditioning, boolean mask) {
    this(textEncoders, mostClipSkip, microConditioning, mask, false, null);
  }

  /** The same of a model with this UNet. */
  public ModelInputs with(@Nullable UnetShape other) {
    return new ModelInputs(textEncoders, mostClipSkip, microConditioning, mask, guidance, other);
  }

  /** The same of a model whose UNet is told the guidance scale. */
  public ModelInputs withGuidance() {
    return new ModelInputs(textEncoders, mostClipSkip, microConditioning, mask, true, unet);
  }

  public ModelInputs {
    if (textEncoders < 1 || mostClipSkip < 1) {
      throw new IllegalArgumentException(
          "%s text encoders and a clip skip of %s must both be at least 1"
              .formatted(textEncoders, mostClipSkip));
    }
  }
}
