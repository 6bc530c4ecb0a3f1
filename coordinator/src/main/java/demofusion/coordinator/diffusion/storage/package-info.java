/** Where a render lays large values aside between two looks at them: in the heap, or elsewhere. */
@NullMarked
package demofusion.coordinator.diffusion.storage;

import org.jspecify.annotations.NullMarked;
