package demofusion.coordinator.diffusion.resize;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.EncoderInput;

/** A picture in about [−1, 1], of which only those windows are computed that somebody looks at. */
@FunctionalInterface
public interface PictureWindows {
  /** Whether a window can be asked for yet. */
  default boolean isReadable(int top, int left, int height, int width) {
    return true;
  }

  /**
   * One window of it, by any thread: always the same bits.
   *
   * @return (3, height, width)
   */
  Tensor window(int top, int left, int height, int width);

  /** The same for a worker, which may get what it makes it of. */
  default EncoderInput input(int top, int left, int height, int width) {
    return new EncoderInput.Pixels(window(top, left, height, width));
  }
}
