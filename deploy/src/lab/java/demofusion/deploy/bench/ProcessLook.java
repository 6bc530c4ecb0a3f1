package demofusion.deploy.bench;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM holds at a moment, seen from outside, on Linux with a JDK.
 *
 * @param heapMebibytes that are reachable: counted after a full collection
 * @param objects of demofusion's own classes that are reachable: what is kept of a job has some
 */
public record ProcessLook(double heapMebibytes, int objects, int threads, int files) {
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
  private static final Pattern OURS = Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +demofusion\\.");
  private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");

  static ProcessLook at(ProcessHandle process) {
    Path system = Path.of("/proc", Long.toString(process.pid()));
    try (Stream<Path> files = Files.list(system.resolve("fd"))) {
      String status = Files.readString(system.resolve("status"));
      String histogram = histogram(process);
      return new ProcessLook(
          number(TOTAL, histogram) / (1 << 20),
          ours(histogram),
          (int) number(THREADS, status),
          (int) files.count());
    } catch (IOException e) {
      throw unseen(e);
    }
  }

  /** What of a JVM's heap is reachable. */
  static double heapMebibytes(ProcessHandle process) {
    try {
      return number(TOTAL, histogram(process)) / (1 << 20);
    } catch (IOException e) {
      throw unseen(e);
    }
  }

  private static DemofusionException unseen(IOException e) {
    return new DemofusionException(
        FailureCode.INTERNAL, "the coordinator cannot be inspected: " + e.getMessage(), e);
  }

  /** Counting live objects collects the others first. */
  private static String histogram(ProcessHandle process) {
    return JavaTools.jcmd(process, "GC.class_histogram");
  }

  static int ours(String histogram) {
    return OURS.matcher(histogram)
        .results()
        .mapToInt(line -> Integer.parseInt(line.group(1)))
        .sum();
  }

  private static double number(Pattern pattern, String text) throws IOException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IOException("no " + pattern + " in its output");
    }
    return Double.parseDouble(matcher.group(1));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.1f MiB of heap, %d objects of its own, %d threads, %d open files",
        heapMebibytes,
        objects,
        threads,
        files);
  }
}
