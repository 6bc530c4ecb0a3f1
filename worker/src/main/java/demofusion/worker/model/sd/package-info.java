/** Stable Diffusion 1 and 2, told from other families by {@link SdFamily}. */
@NullMarked
package demofusion.worker.model.sd;

import org.jspecify.annotations.NullMarked;
