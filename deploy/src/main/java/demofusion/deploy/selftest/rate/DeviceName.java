package demofusion.deploy.selftest.rate;

import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.nvml.Gpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What its maker calls a device: a card by its driver, a processor by the system. */
final class DeviceName {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(\\S.*)$");
  private static final int LONGEST = 100;

  private DeviceName() {}

  static String of(TorchDevice device) {
    Optional<String> name =
        device.isGpu() ? device.gpu().map(Gpu::identity).map(Gpu.Identity::name) : processor();
    String plain = name.orElse("").replaceAll("\\p{Cntrl}", " ").strip();
    return plain.isEmpty()
        ? device.toString()
        : plain.substring(0, Math.min(LONGEST, plain.length()));
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
