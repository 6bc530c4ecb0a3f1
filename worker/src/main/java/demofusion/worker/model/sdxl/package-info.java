/**
 * SDXL, the seam's real implementation. Read {@link demofusion.worker.model.sdxl.SdxlModel} first.
 * The networks themselves are TorchScript in the resources {@code torchscript/*.py}; {@link
 * demofusion.worker.model.torch.TorchScriptArchive} hands them to libtorch.
 */
@NullMarked
package demofusion.worker.model.sdxl;

import org.jspecify.annotations.NullMarked;
