/**
 * libtorch by DJL: devices, calls, TorchScript archives. Knows no particular network. Read {@link
 * demofusion.worker.model.torch.TorchNetwork} first.
 */
@NullMarked
package demofusion.worker.model.torch;

import org.jspecify.annotations.NullMarked;
