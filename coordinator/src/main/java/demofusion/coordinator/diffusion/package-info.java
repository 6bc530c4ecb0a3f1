/** The algorithm, pure: no actor, no file, no model. Read {@code Render} first. */
@NullMarked
package demofusion.coordinator.diffusion;

import org.jspecify.annotations.NullMarked;
