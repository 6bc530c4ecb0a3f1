package demofusion.deploy.command.option.device;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.MemoryLimit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of a device's memory a model may take, and in how many bits it lies there. */
public final class DeviceMemoryOptions {
  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "Device memory to use, for example 8GB: what does not fit leaves the device while it is"
              + " not needed, or streams from host memory; the image stays the same (default: auto,"
              + " what is free on the GPU).")
  public @Nullable String memory;

  @Option(
      names = "--weights",
      paramLabel = "NAME",
      description =
          "float8: keep the UNet's weights in 8 bits and compute in float16; half the memory, a"
              + " slightly different image (default: as --precision).")
  public @Nullable String weights;

  public MemoryLimit limit() {
    return memory == null ? MemoryLimit.AUTO : MemoryLimit.parse(memory);
  }

  /** The precision that was asked for, with these weights. */
  public Optional<Precision> of(@Nullable Precision precision) {
    return Precision.withWeights(Optional.ofNullable(precision), Optional.ofNullable(weights));
  }
}
