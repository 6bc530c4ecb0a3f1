package demofusion.deploy.bench;

import demofusion.deploy.config.NodeAddress;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a coordinator has done and holds at a moment: its own metrics, and where there is a JDK, its
 * heap and its threads.
 *
 * @param messages of the wire, sent and received
 * @param bytes of these
 * @param cpuSeconds of the process
 * @param actorSeconds of them, those of the threads that actors run on, the dispatcher's among
 *     them; null without a JDK
 * @param heapMebibytes that are reachable; null without a JDK
 * @param directMebibytes of the buffers outside the heap
 */
record CoordinatorLook(
    double messages,
    double bytes,
    double cpuSeconds,
    @Nullable Double actorSeconds,
    @Nullable Double heapMebibytes,
    double directMebibytes) {
  private static final Pattern ACTORS =
      Pattern.compile("(?m)^\"demofusion-pekko\\.actor\\.default-dispatcher.*? cpu=([\\d.]+)ms");
  private static final double MEBIBYTE = 1 << 20;

  static CoordinatorLook at(NodeAddress metrics, ProcessHandle process) {
    String said = metrics(metrics);
    boolean hasTools = JavaTools.areHere();
    return new CoordinatorLook(
        sum(said, "demofusion_wire_(?:sent|received)_messages_total\\{.*?}"),
        sum(said, "demofusion_wire_(?:sent|received)_bytes_total\\{.*?}"),
        sum(said, "process_cpu_seconds_total"),
        hasTools ? actorSeconds(JavaTools.jcmd(process, "Thread.print")) : null,
        hasTools ? ProcessLook.heapMebibytes(process) : null,
        sum(said, "jvm_buffer_pool_used_bytes\\{pool=\"direct\",?}") / MEBIBYTE);
  }

  private static String metrics(NodeAddress address) {
    try (var body = URI.create("http://" + address + "/metrics").toURL().openStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.INTERNAL, "the coordinator's metrics cannot be read: " + e.getMessage(), e);
    }
  }

  /** Of all series whose name and labels are so. */
  static double sum(String metrics, String series) {
    return numbers(Pattern.compile("(?m)^" + series + " (\\S+)$"), metrics);
  }

  static double actorSeconds(String threads) {
    return numbers(ACTORS, threads) / 1e3;
  }

  private static double numbers(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .mapToDouble(Double::parseDouble)
        .sum();
  }
}
