package demofusion.worker.model.torch;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.nvml.Gpu;
import demofusion.worker.nvml.NvidiaDriver;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the networks run: the CPU, or one GPU by its number. */
public final class TorchDevice {
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  private final Device device;
  private final @Nullable GpuMemory gpuMemory;
  private final Optional<Gpu> gpu;

  private TorchDevice(Device device) {
    this.device = device;
    this.gpu =
        device.isGpu() ? NvidiaDriver.ofMachine().gpu(device.getDeviceId()) : Optional.empty();
    this.gpuMemory =
        device.isGpu() ? GpuMemory.of(device.getDeviceId(), gpu.map(Gpu::identity)) : null;
  }

  /**
   * Reads cpu, cuda or cuda:N, and makes sure that the device is there.
   *
   * @throws DemofusionException BAD_REQUEST if it is not, with what to do
   */
  public static TorchDevice parse(String text) {
    if (text.equals("cpu")) {
      return new TorchDevice(Device.cpu());
    }
    Matcher matcher = CUDA.matcher(text);
    if (!matcher.matches()) {
      throw DemofusionException.badRequest("device \"" + text + "\" must be cpu or cuda:N");
    }
    int number = matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1));
    int there = Libtorch.engine().getGpuCount();
    if (number >= there) {
      throw DemofusionException.badRequest(
          there == 0
              ? "device "
                  + text
                  + " is not available: no NVIDIA driver and GPU were found on this machine, so"
                  + " install the driver or use --device cpu"
              : "device %s is not available: this machine has cuda:0 to cuda:%s"
                  .formatted(text, (there - 1)));
    }
    TensorFloat32.turnOff();
    return new TorchDevice(Device.gpu(number));
  }

  Device device() {
    return device;
  }

  public boolean isGpu() {
    return device.isGpu();
  }

  /** Of a GPU, its digits together: 90 is a Hopper's; 0 on a CPU, or where it is not told. */
  public int computeCapability() {
    if (!isGpu()) {
      return 0;
    }
    try {
      return Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId()));
    } catch (IllegalArgumentException | IllegalStateException | LinkageError e) {
      return 0; // no CUDA runtime that Java finds
    }
  }

  /** float32 on a CPU, float16 on a GPU. */
  public Precision defaultPrecision() {
    return isGpu() ? Precision.FLOAT16 : Precision.FLOAT32;
  }

  /** Of a GPU as its driver tells it; of a CPU the machine's. Empty where it is not told. */
  public Optional<DeviceMemory> memory() {
    return gpuMemory == null ? DeviceMemory.ofMachine() : gpuMemory.now();
  }

  /** Gives the device what libtorch keeps of its memory for tensors to come. */
  public void emptyCache() {
    if (!isGpu()) {
      return;
    }
    NativeShutdownGuard.get().enter();
    try {
      JniUtils.emptyCudaCache();
    } finally {
      NativeShutdownGuard.get().leave();
    }
  }

  /** What the driver tells of it; empty for a CPU, and where the driver tells nothing. */
  public Optional<Gpu> gpu() {
    return gpu;
  }

  /** What decides its last bits, as its maker calls it; see {@link HardwareName}. */
  public String hardware() {
    return HardwareName.withSoftware(this);
  }

  @Override
  public String toString() {
    return isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }
}
