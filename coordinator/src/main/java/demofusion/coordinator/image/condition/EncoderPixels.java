package demofusion.coordinator.image.condition;

import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterFit;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.picture.PillowResizing;
import demofusion.protocol.picture.ResizingKernel;
import java.util.List;

/**
 * Pictures as a CLIP image encoder is shown them (conditioning section 4.2): the short side resized
 * to the encoder's by Pillow's bicubic, the middle cut out (or all of it squashed), each channel
 * normalised.
 */
public final class EncoderPixels {
  private static final int COLOURS = 3;
  private static final float[] MEAN = {(float) 0.48145466, (float) 0.4578275, (float) 0.40821073};
  private static final float[] DEVIATION = {
    (float) 0.26862954, (float) 0.26130258, (float) 0.27577711
  };
  private static final float WHITE = 255;

  private EncoderPixels() {}

  /**
   * All pictures of an adapter.
   *
   * @param mostPixels that each may have
   * @return (pictures, 3, side, side)
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST if one cannot be read
   */
  static Tensor of(AdapterUse use, AdapterFacts facts, long mostPixels) {
    int side = facts.imageSize();
    List<PictureBytes> pictures = use.pictures();
    Tensor all = Tensor.zeros(pictures.size(), COLOURS, side, side);
    int each = COLOURS * side * side;
    for (int n = 0; n < pictures.size(); n++) {
      RgbPicture read = PictureReader.readStill(pictures.get(n).file(), name(use), mostPixels);
      normalise(square(read, use.fit(), side), side * side, all.values(), n * each);
    }
    return all;
  }

  /**
   * Whether all can be read.
   *
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST if one cannot
   */
  static void require(AdapterUse use, long mostPixels) {
    for (PictureBytes picture : use.pictures()) {
      PictureReader.readStill(picture.file(), name(use), mostPixels);
    }
  }

  static String name(AdapterUse use) {
    return "for IP-Adapter " + use.network();
  }

  /**
   * @return (side, side, 3), 8 bits each
   */
  public static byte[] square(RgbPicture picture, AdapterFit fit, int side) {
    PixelExtent whole = picture.extent();
    PixelExtent resized = new PixelExtent(side, side);
    if (fit == AdapterFit.CROP) {
      int shorter = Math.min(whole.width(), whole.height());
      resized =
          new PixelExtent(
              (int) ((long) side * whole.width() / shorter),
              (int) ((long) side * whole.height() / shorter));
    }
    return new PillowResizing(whole, resized, COLOURS, ResizingKernel.BICUBIC)
        .window(
            picture.rgb(), (resized.height() - side) / 2, (resized.width() - side) / 2, side, side);
  }

  private static void normalise(byte[] rgb, int area, float[] planes, int at) {
    for (int n = 0; n < rgb.length; n++) {
      int colour = n % COLOURS;
      planes[at + colour * area + n / COLOURS] =
          ((rgb[n] & 0xff) / WHITE - MEAN[colour]) / DEVIATION[colour];
    }
  }
}
