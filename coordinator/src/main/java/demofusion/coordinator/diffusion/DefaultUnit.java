package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.UnitOfWork;

/**
 * The unit of work where the request names none: as many guided views as together have about
 * {@value #SAMPLES} latent samples, at most {@value #MOST_VIEWS}. For SDXL that is one view a
 * forward, which keeps a large farm busy to the end of a timestep; small models get several, since
 * their forwards are too short to be worth a message each. A function of model and size alone,
 * never of who is there.
 */
final class DefaultUnit {
  private static final int SAMPLES = 4096;
  private static final int MOST_VIEWS = 16;

  private DefaultUnit() {}

  /**
   * @param view the size of the plan's largest view
   */
  static UnitOfWork of(LatentExtent view) {
    return UnitOfWork.ofViews(Math.max(1, Math.min(MOST_VIEWS, SAMPLES / view.area())));
  }
}
