package demofusion.coordinator.diffusion;

import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.latent.PixelExtent;

/** The picture that a render starts from, in the 8 bits that it was read from. */
final class SourceBytes {
  private SourceBytes() {}

  static PhasePicture of(SourcePicture source) {
    int[] shape = source.pixels().shape(); // (3, height, width) in [−1, 1]
    float[] planes = source.pixels().values();
    int area = shape[1] * shape[2];
    byte[] rgb = new byte[3 * area];
    for (int n = 0; n < area; n++) {
      for (int channel = 0; channel < 3; channel++) {
        double level = (planes[channel * area + n] + 1.0) * 127.5;
        rgb[3 * n + channel] = (byte) Math.rint(Math.max(0, Math.min(255, level)));
      }
    }
    return PhasePicture.of(new PixelExtent(shape[2], shape[1]), rgb);
  }
}
