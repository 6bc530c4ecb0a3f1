package demofusion.protocol.latent;

import demofusion.protocol.DemofusionException;

/**
 * A picture to start from in place of phase 1 (the reference's {@code image_lr}, spec section 11).
 *
 * @param pixels (3, height, width) in [−1, 1], already of the native phase's size
 * @param strength in (0, 1]: 1 noises it all the way as the paper does; less enters the upscaling
 *     phases later in the schedule
 */
public record SourcePicture(Tensor pixels, double strength) {
  public SourcePicture {
    if (!(strength > 0 && strength <= 1)) {
      throw DemofusionException.badRequest(
          "strength " + strength + " must be above 0 and at most 1");
    }
  }
}
