/**
 * How one timestep's latent is seen: windows and dilated sub-latents, grouped into view batches.
 * Read {@link demofusion.coordinator.diffusion.view.View} first.
 */
@NullMarked
package demofusion.coordinator.diffusion.view;

import org.jspecify.annotations.NullMarked;
