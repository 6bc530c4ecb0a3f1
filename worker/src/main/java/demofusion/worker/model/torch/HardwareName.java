package demofusion.worker.model.torch;

import demofusion.protocol.model.ModelCard;
import demofusion.worker.nvml.Gpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What its maker calls a device: a card by its driver, a processor by the system. */
public final class HardwareName {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(\\S.*)$");
  private static final int LONGEST = 100;

  private HardwareName() {}

  public static String of(TorchDevice device) {
    Optional<String> name =
        device.isGpu() ? device.gpu().map(Gpu::identity).map(Gpu.Identity::name) : processor();
    String plain = name.orElse("").replaceAll("\\p{Cntrl}", " ").strip();
    return plain.isEmpty()
        ? device.toString()
        : plain.substring(0, Math.min(LONGEST, plain.length()));
  }

  /**
   * With what else decides the last bits: the card's driver, and libtorch's version. Devices of one
   * such text give the same bits.
   */
  static String withSoftware(TorchDevice device) {
    String driver =
        device.gpu().map(Gpu::identity).map(gpu -> ", driver " + gpu.driver()).orElse("");
    String all = of(device) + driver + ", libtorch " + Libtorch.engine().getVersion();
    return all.substring(0, Math.min(ModelCard.LONGEST_HARDWARE, all.length()));
  }

  private static Optional<String> processor() {
    try {
      Matcher matcher = MODEL.matcher(Files.readString(CPUINFO));
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // another system
    }
  }
}
