package demofusion.worker.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of a device, including what other programs use.
 *
 * @param usedBytes at this moment
 * @param sizeBytes all of it
 */
public record DeviceMemory(long usedBytes, long sizeBytes) {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Pattern LINE = Pattern.compile("(MemTotal|MemAvailable):\\s+(\\d+) kB");
  private static final long KIBIBYTE = 1024;

  /** This machine's own, which is that of a CPU; empty where it does not tell. */
  public static Optional<DeviceMemory> ofMachine() {
    try {
      return parse(Files.readAllLines(MEMINFO));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static Optional<DeviceMemory> parse(List<String> meminfo) {
    long size = 0;
    long available = 0;
    for (String line : meminfo) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        long bytes = Long.parseLong(matcher.group(2)) * KIBIBYTE;
        if (matcher.group(1).equals("MemTotal")) {
          size = bytes;
        } else {
          available = bytes;
        }
      }
    }
    return size == 0 ? Optional.empty() : Optional.of(new DeviceMemory(size - available, size));
  }
}
