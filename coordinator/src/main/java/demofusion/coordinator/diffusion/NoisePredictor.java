package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.latent.Tensor;

/** Predicts the noise of a view batch: a model, local or remote. */
@FunctionalInterface
public interface NoisePredictor {
  /**
   * @return a tensor of the shape of the unit's tiles
   */
  Tensor predict(Timestep timestep, ViewBatch batch);
}
