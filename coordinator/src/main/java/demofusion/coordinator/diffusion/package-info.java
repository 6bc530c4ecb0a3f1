/**
 * The algorithm, pure: no actor, no file, no model. Read {@code Render} first, beside {@code
 * coordinator/docs/algorithm.md}, which comments cite as the spec.
 */
@NullMarked
package demofusion.coordinator.diffusion;

import org.jspecify.annotations.NullMarked;
