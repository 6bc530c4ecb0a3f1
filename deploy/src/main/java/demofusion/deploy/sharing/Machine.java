package demofusion.deploy.sharing;

import demofusion.worker.nvml.Gpu;
import demofusion.worker.nvml.NvidiaDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What of this machine knows who uses it: programs by their names, or stand-ins in tests.
 *
 * @param pidNamespace in which this process lives
 * @param gpu the card that is cuda:NUMBER
 */
record Machine(
    String loginctl,
    String busctl,
    String inhibit,
    String nvidiaSmi,
    String pidNamespace,
    IntFunction<Optional<Gpu.Identity>> gpu) {
  /** Of a question each second; the driver of a card that nothing uses takes a while. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The kernel's number of the namespace in which all processes are (PROC_PID_INIT_INO). */
  static final String ALL_PROCESSES = "pid:[4026531836]";

  static Machine real() {
    return new Machine(
        "loginctl",
        "busctl",
        "systemd-inhibit",
        "nvidia-smi",
        namespace(),
        number -> NvidiaDriver.ofMachine().gpu(number).map(Gpu::identity));
  }

  private static String namespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** Whether numbers of processes mean the same to this process and to a driver. */
  boolean seesAllProcesses() {
    return pidNamespace.equals(ALL_PROCESSES);
  }
}
