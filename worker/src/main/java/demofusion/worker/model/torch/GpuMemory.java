package demofusion.worker.model.torch;

import demofusion.worker.model.DeviceMemory;
import demofusion.worker.nvml.Gpu;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A GPU's memory, as the driver's own nvidia-smi tells it: it is there where the driver is, and
 * asking it touches no forward that runs. An answer holds for some seconds.
 */
final class GpuMemory {
  private static final Pattern ANSWER = Pattern.compile("\\s*(\\d+)\\s*,\\s*(\\d+)\\s*");
  private static final long MEBIBYTE = 1L << 20;
  private static final int PATIENCE_SECONDS = 5;
  private static final long HOLDS_NANOS = Duration.ofSeconds(5).toNanos();

  private final List<String> question;
  private final Function<List<String>, Optional<String>> program;
  private Optional<DeviceMemory> answer = Optional.empty();
  private long askedAt;

  /**
   * @param gpu which one it is, where the driver's libraries tell
   * @param program gives a command's first line; empty where there is none
   */
  GpuMemory(
      int number,
      Optional<Gpu.Identity> gpu,
      Map<String, String> environment,
      Function<List<String>, Optional<String>> program) {
    this.program = program;
    this.askedAt = System.nanoTime() - 2 * HOLDS_NANOS;
    this.question =
        List.of(
            "nvidia-smi",
            "--query-gpu=memory.used,memory.total",
            "--format=csv,noheader,nounits",
            "--id=" + physical(number, gpu, environment));
  }

  static GpuMemory of(int number, Optional<Gpu.Identity> gpu) {
    return new GpuMemory(number, gpu, System.getenv(), GpuMemory::firstLine);
  }

  /**
   * CUDA numbers the GPUs that it is shown, the fastest first; nvidia-smi numbers all of them by
   * their places on the bus, or takes their names.
   */
  private static String physical(
      int number, Optional<Gpu.Identity> gpu, Map<String, String> environment) {
    String[] visible = environment.getOrDefault("CUDA_VISIBLE_DEVICES", "").strip().split(",", -1);
    String shown = number < visible.length ? visible[number].strip() : "";
    return gpu.filter(known -> known.mig().isEmpty())
        .map(Gpu.Identity::uuid)
        .orElse(shown.isEmpty() ? Integer.toString(number) : shown);
  }

  synchronized Optional<DeviceMemory> now() {
    if (System.nanoTime() - askedAt >= HOLDS_NANOS) {
      answer = program.apply(question).flatMap(GpuMemory::parse);
      askedAt = System.nanoTime();
    }
    return answer;
  }

  private static Optional<DeviceMemory> parse(String line) {
    Matcher matcher = ANSWER.matcher(line); // "[N/A]" where a GPU is partitioned
    return matcher.matches()
        ? Optional.of(
            new DeviceMemory(
                Long.parseLong(matcher.group(1)) * MEBIBYTE,
                Long.parseLong(matcher.group(2)) * MEBIBYTE))
        : Optional.empty();
  }

  private static Optional<String> firstLine(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly(); // a driver that hangs
        return Optional.empty();
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.lines().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
