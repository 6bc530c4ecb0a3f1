/** SDXL and its distilled kin, told from other families by {@link SdxlFamily}. */
@NullMarked
package demofusion.worker.model.sdxl;

import org.jspecify.annotations.NullMarked;
