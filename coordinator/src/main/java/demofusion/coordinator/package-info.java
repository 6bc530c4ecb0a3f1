/**
 * The coordinator: the algorithm ({@code diffusion}, read first), the actors that run it on workers
 * ({@code render}, {@code dispatch}), a job's files ({@code store}), image files ({@code image}).
 */
@NullMarked
package demofusion.coordinator;

import org.jspecify.annotations.NullMarked;
