/**
 * Super-resolution of a finished picture (modes section 7): cut into tiles that a network enlarges,
 * put together, and brought to the size that is wanted. {@link
 * demofusion.coordinator.image.upscale.Enlargement} is the whole of it; who has the tiles enlarged,
 * a farm or one network, is somebody else's business.
 */
@NullMarked
package demofusion.coordinator.image.upscale;

import org.jspecify.annotations.NullMarked;
