package demofusion.protocol.work;

import demofusion.protocol.Range;
import demofusion.protocol.latent.Tensor;

/**
 * What a CLIP vision tower's file does not say of itself: of its config.json what matters.
 *
 * @param heads of each attention
 * @param imageSize side of its pictures, in pixels
 * @param quickGelu whether {@code hidden_act} is {@code quick_gelu}, as in OpenAI's; else exact
 *     gelu
 * @param epsilon of its norms
 */
public record ImageEncoderShape(int heads, int imageSize, boolean quickGelu, double epsilon) {
  private static final Range HEADS = new Range("an image encoder's number of heads", 1, 256);
  private static final Range SIZE = new Range("an image encoder's picture size", 1, 2048);

  public ImageEncoderShape {
    HEADS.require(heads);
    SIZE.require(imageSize);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException("an image encoder's epsilon is " + epsilon);
    }
  }

  /** Refuses what is not (pictures, 3, side, side), of 1 to so many. */
  void requirePictures(Tensor pixels, int most) {
    int[] sides = pixels.shape();
    if (sides.length != 4
        || sides[0] < 1
        || sides[0] > most
        || sides[1] != 3
        || sides[2] != imageSize
        || sides[3] != imageSize) {
      throw new IllegalArgumentException(
          "%s are not 1 to %s pictures of 3 channels and %s pixels a side"
              .formatted(pixels, most, imageSize));
    }
  }
}
