/**
 * Random streams, identical to the reference's (spec section 7): torch's ({@link
 * demofusion.coordinator.diffusion.random.TorchGenerator}, read first) and Python's, both over one
 * Mersenne Twister, and the noise of stochastic solvers, which is a stream of our own.
 */
@NullMarked
package demofusion.coordinator.diffusion.random;

import org.jspecify.annotations.NullMarked;
