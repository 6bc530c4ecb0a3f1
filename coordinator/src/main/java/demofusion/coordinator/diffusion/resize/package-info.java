/**
 * How latents and pictures are enlarged. Read {@link
 * demofusion.coordinator.diffusion.resize.Bicubic} first.
 */
@NullMarked
package demofusion.coordinator.diffusion.resize;

import org.jspecify.annotations.NullMarked;
