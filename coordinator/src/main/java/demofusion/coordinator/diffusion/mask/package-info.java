/**
 * Masks that a request brings, in pixels and in latent samples: where which region's prompt counts,
 * what is to be drawn anew, and how new and kept pixels meet (conditioning sections 3 and 5). Read
 * {@link demofusion.coordinator.diffusion.mask.MaskPicture} first.
 */
@NullMarked
package demofusion.coordinator.diffusion.mask;

import org.jspecify.annotations.NullMarked;
