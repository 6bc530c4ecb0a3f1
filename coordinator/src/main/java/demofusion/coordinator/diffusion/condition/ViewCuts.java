package demofusion.coordinator.diffusion.condition;

import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.work.PixelCut;

/**
 * Which pixels of a phase's picture belong to a view (conditioning section 2.4). The latent is
 * padded before it is cut, and the picture with it; here the padding is taken off again, so that a
 * cut may begin before the picture, where it is 0.
 *
 * <pre>
 *   s = 2, f = 2, no padding: the view at (0, 1) has these pixels of the picture's rows
 *
 *   sample    0     1     2     3          pixel m of the view is pixel f + 2m
 *   pixel   0 1 | 2 3 | 4 5 | 6 7
 *               | ^   | ^   | ^     ^ none: 0
 * </pre>
 */
final class ViewCuts {
  private ViewCuts() {}

  /**
   * @param factor f, pixels of a latent sample on a side
   */
  static PixelCut of(View view, int factor) {
    LatentExtent extent = view.extent();
    int height = extent.height() * factor;
    int width = extent.width() * factor;
    if (view instanceof View.Dilated sub) {
      Dilation dilation = sub.dilation();
      return new PixelCut(
          (sub.offset().row() - dilation.topPadding()) * factor,
          (sub.offset().column() - dilation.leftPadding()) * factor,
          dilation.factor(),
          height,
          width);
    }
    Window window = ((View.Local) view).window();
    return new PixelCut(window.top() * factor, window.left() * factor, 1, height, width);
  }
}
