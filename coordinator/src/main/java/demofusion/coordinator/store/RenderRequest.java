package demofusion.coordinator.store;

import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.Precision;
import org.jspecify.annotations.Nullable;

/**
 * A job as it was accepted: the picture's specification, and what else was asked for.
 *
 * @param previews whether each phase's picture is wanted too
 * @param priority jobs of a higher one go first
 */
public record RenderRequest(RenderSpec spec, ModelName model, boolean previews, int priority) {
  /**
   * Which model it was accepted for: only workers with the same hash, precision and kind of device
   * are asked, since each of them changes the bits.
   *
   * @param name for people
   * @param precision in which the UNet runs
   * @param device the kind of device: cpu, cuda
   * @param variant of the weight files that was asked for, if any
   * @param vae the name of the folder of another VAE than the model's own, if any
   */
  public record ModelName(
      String name,
      String hash,
      Precision precision,
      String device,
      @Nullable String variant,
      @Nullable String vae) {
    /** A model that was taken as it is. */
    public static ModelName of(ModelCard card) {
      return new ModelName(
          card.name(), card.hash(), card.precision(), card.deviceKind(), null, null);
    }
  }
}
