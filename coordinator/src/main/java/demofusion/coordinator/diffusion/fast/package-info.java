/**
 * Fast mode, PixelRush-like (modes section 6), as far as it is its own: {@link
 * demofusion.coordinator.diffusion.fast.Refinement} is what a phase does in the place of its whole
 * schedule.
 */
@NullMarked
package demofusion.coordinator.diffusion.fast;

import org.jspecify.annotations.NullMarked;
