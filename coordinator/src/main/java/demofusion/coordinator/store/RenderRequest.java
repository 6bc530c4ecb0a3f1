package demofusion.coordinator.store;

import demofusion.protocol.latent.RenderSpec;

/**
 * A job as it was accepted: the picture's specification, and what else was asked for.
 *
 * @param previews whether each phase's picture is wanted too
 * @param priority jobs of a higher one go first
 */
public record RenderRequest(RenderSpec spec, ModelName model, boolean previews, int priority) {
  /**
   * Which model it was accepted for; only workers with the same hash are asked.
   *
   * @param name for people
   */
  public record ModelName(String name, String hash) {}
}
