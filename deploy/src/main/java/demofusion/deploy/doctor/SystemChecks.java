package demofusion.deploy.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Java, processor, memory, disk. */
final class SystemChecks {
  static final long GIBIBYTE = 1L << 30;
  private static final int LEAST_JAVA = 17;
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s*(\\d+) kB$");
  private static final Pattern FLAGS = Pattern.compile("(?m)^flags\\s*:(.*)$");
  private static final Pattern MODEL_NAME = Pattern.compile("(?m)^model name\\s*:\\s*(.*)$");

  private SystemChecks() {}

  static Check java(Runtime.Version version, String vendor, long heapBytes) {
    String finding =
        "Java %s (%s, %s), heap up to %s"
            .formatted(version.feature(), version, vendor, gib(heapBytes));
    return version.feature() >= LEAST_JAVA
        ? Check.ok("java", finding)
        : Check.fail("java", finding, "install Java 17 or later, or point JAVA_HOME at one");
  }

  static Check processor(Machine machine, String architecture, int cores) {
    Optional<String> cpuinfo = machine.text("proc/cpuinfo");
    String name = cpuinfo.flatMap(text -> first(MODEL_NAME, text)).orElse(architecture);
    String finding = name + ", " + cores + (cores == 1 ? " core" : " cores");
    Optional<String> flags = cpuinfo.flatMap(text -> first(FLAGS, text));
    if (flags.isEmpty()) {
      return Check.ok("processor", finding);
    }
    if ((" " + flags.get() + " ").contains(" avx2 ")) {
      return Check.ok("processor", finding + ", AVX2");
    }
    return Check.warn(
        "processor",
        finding + ", no AVX2",
        "forward passes take several times longer on this CPU; use a GPU or a newer CPU");
  }

  /**
   * @param totalBytes what the machine or its container has
   * @param neededBytes what the model needs here, 0 where that is not known or it is on a GPU
   */
  static Check memory(Machine machine, long totalBytes, long neededBytes) {
    long available =
        machine
            .text("proc/meminfo")
            .flatMap(text -> first(AVAILABLE, text))
            .map(kibibytes -> Math.min(totalBytes, Long.parseLong(kibibytes) * 1024))
            .orElse(totalBytes);
    String finding = gib(available) + " of " + gib(totalBytes) + " free";
    if (neededBytes == 0) {
      return Check.ok("memory", finding);
    }
    finding += ", the model needs about " + gib(neededBytes);
    return available >= neededBytes
        ? Check.ok("memory", finding)
        : Check.warn(
            "memory", finding, "close other programs, use a smaller model, or render on a GPU");
  }

  static Check disk(Path folder, long leastBytes) {
    try {
      long usable = Files.getFileStore(folder).getUsableSpace();
      String finding = gib(usable) + " free in " + folder;
      return usable >= leastBytes
          ? Check.ok("disk", finding)
          : Check.warn(
              "disk",
              finding,
              "free at least " + gib(leastBytes) + ": checkpoints and large images need space");
    } catch (IOException e) {
      return Check.warn("disk", folder + " cannot be checked: " + e, "choose another folder");
    }
  }

  static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIBIBYTE);
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
  }
}
