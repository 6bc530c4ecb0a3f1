package demofusion.worker.nvml;

import java.time.Duration;
import java.util.Optional;

/** The driver's libraries: CUDA's, which knows the numbers that workers use, and NVML. */
public final class NvidiaDriver {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final String cuda;
  private final String nvml;

  /** For tests: stand-ins by their paths. */
  NvidiaDriver(String cuda, String nvml) {
    this.cuda = cuda;
    this.nvml = nvml;
  }

  /** This machine's, whether it is there or not. */
  public static NvidiaDriver ofMachine() {
    return new NvidiaDriver("libcuda.so.1", "libnvidia-ml.so.1");
  }

  /**
   * The GPU that is cuda:NUMBER in this process; empty where there is no such one, no driver, or no
   * NVML beside it.
   */
  public Optional<Gpu> gpu(int number) {
    return DriverLibrary.open(cuda)
        .flatMap(library -> CudaDevice.of(library, number))
        .flatMap(device -> DriverLibrary.open(nvml).flatMap(it -> NvidiaGpu.at(it, device)))
        .map(gpu -> new PatientGpu(gpu, PATIENCE));
  }
}
