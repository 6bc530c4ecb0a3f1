package demofusion.deploy.model;

import demofusion.deploy.launch.Installation;
import demofusion.deploy.launch.LibtorchChoice;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.sdxl.SdxlModel;
import demofusion.worker.model.sdxl.TorchDevice;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which model on which device.
 *
 * @param device cpu or cuda:N; empty: the first GPU where this machine has a driver, else the CPU
 * @param precision empty: float32 on a CPU, float16 on a GPU
 */
public record ModelChoice(
    Path folder,
    Optional<String> variant,
    Optional<Path> vae,
    Optional<String> device,
    Optional<Precision> precision) {
  /** Reads and checks the folder, without libtorch. */
  public ModelFolder open() {
    return ModelFolder.open(folder, new ModelFolder.Options(variant, vae));
  }

  public String deviceName() {
    return device.orElseGet(() -> LibtorchChoice.hasNvidiaDriver() ? "cuda:0" : "cpu");
  }

  /** Puts the weights on the device. */
  public DiffusionModel load(ModelFolder model) {
    LibtorchChoice.of(!deviceName().equals("cpu"), Installation.nativeLibraries(), System.getenv())
        .announce();
    try {
      TorchDevice torch = TorchDevice.parse(deviceName());
      return SdxlModel.load(model, torch, precision.orElseGet(torch::defaultPrecision));
    } catch (LinkageError | RuntimeException e) {
      if (e instanceof DemofusionException known) {
        throw known;
      }
      throw new DemofusionException(
          FailureCode.DEVICE_ERROR,
          "the model cannot be put on "
              + deviceName()
              + ": "
              + firstLine(e)
              + " (demofusion doctor says what this machine has)",
          e);
    }
  }

  private static String firstLine(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
