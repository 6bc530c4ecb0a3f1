package demofusion.worker.model.control;

import demofusion.protocol.latent.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What ControlNets are told, which is what the UNet is told.
 *
 * @param tiles (views, channels, height, width); of nine channels the first four count
 * @param context a row for each half of guidance: (1 or 2, tokens, width)
 * @param pooled as many rows; null for a UNet that is told no sizes
 * @param timeIds (views, 6); null where pooled is
 */
public record ControlledViews(
    Tensor tiles,
    float timestep,
    Tensor context,
    @Nullable Tensor pooled,
    @Nullable Tensor timeIds) {
  /** Views of all halves: rows of what is added. */
  int samples() {
    return tiles.shape()[0] * context.shape()[0];
  }
}
