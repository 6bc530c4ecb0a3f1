package demofusion.protocol.latent;

/**
 * SDXL's micro-conditioning, the six {@code time_ids} of one view, all in pixels: what size the
 * picture has, where in it this view was cropped, what size is wanted (SDXL paper, section 2.2;
 * spec section 4).
 */
public record MicroConditioning(
    int originalHeight,
    int originalWidth,
    int cropTop,
    int cropLeft,
    int targetHeight,
    int targetWidth) {
  /** The same picture seen from another corner. */
  public MicroConditioning croppedAt(int top, int left) {
    return new MicroConditioning(
        originalHeight, originalWidth, top, left, targetHeight, targetWidth);
  }

  /** In the order of diffusers' {@code add_time_ids}. */
  public float[] toTimeIds() {
    return new float[] {
      originalHeight, originalWidth, cropTop, cropLeft, targetHeight, targetWidth
    };
  }
}
