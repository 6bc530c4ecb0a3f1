/**
 * Noise where a picture has edges (modes section 5). Read {@link
 * demofusion.coordinator.diffusion.region.RegionDeviation} first: it has the edges of a picture
 * found by Canny's method, and says how strong the noise is over each sample of a latent.
 */
@NullMarked
package demofusion.coordinator.diffusion.region;

import org.jspecify.annotations.NullMarked;
