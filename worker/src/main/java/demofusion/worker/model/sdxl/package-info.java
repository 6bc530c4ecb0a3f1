/**
 * The seam's real implementation, and the only place that knows DJL and libtorch. Read {@link
 * demofusion.worker.model.sdxl.SdxlModel} first. The networks themselves are TorchScript in the
 * resources {@code torchscript/*.py}; {@link demofusion.worker.model.sdxl.TorchScriptArchive} hands
 * them to libtorch.
 */
@NullMarked
package demofusion.worker.model.sdxl;

import org.jspecify.annotations.NullMarked;
