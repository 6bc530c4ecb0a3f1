/**
 * Values of an image being generated: extents, latents, tensors. Read {@link
 * demofusion.protocol.latent.Tensor} first.
 */
@NullMarked
package demofusion.protocol.latent;

import org.jspecify.annotations.NullMarked;
