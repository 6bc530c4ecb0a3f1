/**
 * Low frequencies of whole latents (modes section 2): what detail mode mixes and holds on to. Read
 * {@link demofusion.coordinator.diffusion.frequency.LowPass} first.
 */
@NullMarked
package demofusion.coordinator.diffusion.frequency;

import org.jspecify.annotations.NullMarked;
