package demofusion.worker.model.network;

import demofusion.worker.model.torch.TorchDevice;

/**
 * How a network computes what its file says: every way has the same meaning and bits of its own, so
 * all workers of one kind of device take the same. The first three are for CUDA, whose built-in
 * kernels they go around, and slower on a CPU, where only tests turn them on.
 *
 * @param normsLast group norms that stay in channels last
 * @param joinedProjections queries, keys and values in one product, as far as they have one source
 * @param cudnnAttention cuDNN's attention, if it proves itself when the network is loaded
 * @param eager as anybody's first program would do it, to be compared with: channels first, no
 *     weight laid out for the device
 */
public record ForwardSwitches(
    boolean normsLast, boolean joinedProjections, boolean cudnnAttention, boolean eager) {
  /** As libtorch has it. */
  static final ForwardSwitches BUILT_IN = new ForwardSwitches(false, false, false, false);

  static final ForwardSwitches EAGER = new ForwardSwitches(false, false, false, true);

  /** Hopper. Elsewhere cuDNN's attention is as fast as libtorch's own choice, or slower. */
  private static final int CUDNN_CAPABILITY = 90;

  static ForwardSwitches of(TorchDevice device) {
    return device.isGpu()
        ? new ForwardSwitches(true, true, device.computeCapability() == CUDNN_CAPABILITY, false)
        : BUILT_IN;
  }
}
