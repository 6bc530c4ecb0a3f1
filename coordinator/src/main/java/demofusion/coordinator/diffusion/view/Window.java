package demofusion.coordinator.diffusion.view;

/**
 * A rectangle over a latent, in latent samples. Jitter may move it over the latent's edge, so top
 * and left may be negative: what lies outside is zero.
 */
public record Window(int top, int left, int height, int width) {
  Window movedBy(int rows, int columns) {
    return new Window(top + rows, left + columns, height, width);
  }
}
