/**
 * Where a render lays large values aside between two looks at them, in the heap or elsewhere: read
 * {@link demofusion.coordinator.diffusion.storage.Storage} first. {@code Bands} is how everything
 * goes through them.
 */
@NullMarked
package demofusion.coordinator.diffusion.storage;

import org.jspecify.annotations.NullMarked;
