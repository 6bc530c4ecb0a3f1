package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.Tensor;

/** Predicts the noise of a unit of work: a model, however far away. */
@FunctionalInterface
public interface NoisePredictor {
  /**
   * @return a tensor of the shape of the unit's tiles
   */
  Tensor predict(Timestep timestep, ViewBatch batch);
}
