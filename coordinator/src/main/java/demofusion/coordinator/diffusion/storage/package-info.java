/**
 * Where a render keeps large values between uses: in the heap, or elsewhere. Read {@link
 * demofusion.coordinator.diffusion.storage.Storage} first.
 */
@NullMarked
package demofusion.coordinator.diffusion.storage;

import org.jspecify.annotations.NullMarked;
