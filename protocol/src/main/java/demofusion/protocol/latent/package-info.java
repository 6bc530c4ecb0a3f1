/**
 * Values of the picture in the making: extents, latents, tensors, and the request itself ({@link
 * demofusion.protocol.latent.RenderSpec}, read first).
 */
@NullMarked
package demofusion.protocol.latent;

import org.jspecify.annotations.NullMarked;
