/**
 * Random streams, identical to the reference's (spec section 7): torch's ({@link
 * demofusion.coordinator.diffusion.random.TorchGenerator}, read first) and Python's, both over one
 * Mersenne Twister, and streams of our own ({@link
 * demofusion.coordinator.diffusion.random.AuxiliaryStream}) for what the reference does not draw.
 */
@NullMarked
package demofusion.coordinator.diffusion.random;

import org.jspecify.annotations.NullMarked;
