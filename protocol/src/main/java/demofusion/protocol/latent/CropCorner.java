package demofusion.protocol.latent;

/**
 * Where SDXL is told that the picture was cropped, in pixels from its top left corner ({@code
 * --crop}).
 */
public record CropCorner(int top, int left) {
  public static final CropCorner NONE = new CropCorner(0, 0);
}
