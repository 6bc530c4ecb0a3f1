/**
 * The networks of Stable Diffusion's families and the model that is made of them. Read {@link
 * demofusion.worker.model.network.NetworkModel} first; what is peculiar to a family is given to it.
 * The networks themselves are TorchScript in the resources {@code torchscript/*.py}; {@link
 * demofusion.worker.model.torch.TorchScriptArchive} hands them to libtorch.
 */
@NullMarked
package demofusion.worker.model.network;

import org.jspecify.annotations.NullMarked;
