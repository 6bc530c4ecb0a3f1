package demofusion.coordinator.diffusion.view;

import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.MicroConditioning;

/**
 * One look of the model at a latent: a piece of it, as large as the model is used to, with the
 * micro-conditioning that says where it lies.
 */
public sealed interface View {
  MicroConditioning conditioning();

  /** The size of the piece. */
  LatentExtent extent();

  /** A window of the latent at its full resolution; in phase 1, all of it. */
  record Local(Window window, MicroConditioning conditioning) implements View {
    @Override
    public LatentExtent extent() {
      return new LatentExtent(window.height(), window.width());
    }
  }

  /** Every s-th sample of the latent. */
  record Dilated(Dilation dilation, Dilation.Offset offset, MicroConditioning conditioning)
      implements View {
    @Override
    public LatentExtent extent() {
      return dilation.subExtent();
    }
  }
}
