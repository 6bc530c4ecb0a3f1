package demofusion.deploy.model;

import demofusion.deploy.launch.Installation;
import demofusion.deploy.launch.LibtorchChoice;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.torch.TorchDevice;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which model on which device.
 *
 * @param device cpu or cuda:N; empty: the first GPU where this machine has a driver, else the CPU
 * @param precision empty: float32 on a CPU, float16 on a GPU
 * @param memory what it may take there
 */
public record ModelChoice(
    ModelSource source,
    Optional<String> device,
    Optional<Precision> precision,
    MemoryLimit memory) {
  /** With as much memory as the device has. */
  public ModelChoice(ModelSource source, Optional<String> device, Optional<Precision> precision) {
    this(source, device, precision, MemoryLimit.AUTO);
  }

  /** Reads and checks the folder, without libtorch. */
  public ModelFolder open() {
    return ModelFolder.open(source);
  }

  public ModelChoice onDevice(String name) {
    return new ModelChoice(source, Optional.of(name), precision, memory);
  }

  public ModelChoice within(MemoryLimit other) {
    return new ModelChoice(source, device, precision, other);
  }

  public String deviceName() {
    return deviceName(device);
  }

  /** The device that is meant where perhaps none is named. */
  public static String deviceName(Optional<String> named) {
    return named.orElseGet(() -> LibtorchChoice.hasNvidiaDriver() ? "cuda:0" : "cpu");
  }

  /** Puts the weights on the device. */
  public DiffusionModel load(ModelFolder model) {
    return load(model, AdditionFiles.NONE);
  }

  /** The same for work that may name LoRAs and embeddings. */
  public DiffusionModel load(ModelFolder model, AdditionFiles additions) {
    String name = deviceName();
    return onDevice(
        name,
        "model",
        () ->
            model.load(
                name,
                precision.orElseGet(() -> TorchDevice.parse(name).defaultPrecision()),
                additions,
                memory));
  }

  /**
   * Puts weights on a device, with the libtorch that it needs.
   *
   * @param what they are of, for sentences
   */
  public static <T> T onDevice(String device, String what, Supplier<T> load) {
    boolean onGpu = device.startsWith("cuda");
    LibtorchChoice libtorch =
        LibtorchChoice.of(onGpu, Installation.nativeLibraries(), System.getenv());
    if (onGpu
        && libtorch.source() == LibtorchChoice.Source.RUNTIME
        && !LibtorchChoice.hasNvidiaDriver()) {
      throw DemofusionException.badRequest(
          "device "
              + device
              + " is not available: this machine has no NVIDIA driver, so install one or use"
              + " --device cpu");
    }
    if (!libtorch.isThere()) {
      throw DemofusionException.badRequest(
          "PYTORCH_LIBRARY_PATH is "
              + libtorch.folder()
              + ", which contains no libtorch: point it at the lib folder of one, or unset it");
    }
    libtorch.announce();
    try {
      return load.get();
    } catch (LinkageError | RuntimeException e) {
      if (e instanceof DemofusionException known) {
        throw known;
      }
      throw new DemofusionException(
          FailureCode.DEVICE_ERROR, sentence(device, what, rootCause(e)), e);
    }
  }

  private static String sentence(String device, String what, Throwable cause) {
    if (cause instanceof UnknownHostException) {
      return "libtorch for "
          + device
          + " is not installed and cannot be downloaded without a network: point"
          + " PYTORCH_LIBRARY_PATH at a libtorch, or use --device cpu";
    }
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return "the %s cannot be loaded on %s: %s (demofusion doctor shows what this machine has)"
        .formatted(
            what, device, cause.getMessage() == null ? cause.getClass().getSimpleName() : message);
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
