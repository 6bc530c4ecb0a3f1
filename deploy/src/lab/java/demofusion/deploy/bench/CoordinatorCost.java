package demofusion.deploy.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What so many workers cost their coordinator during one picture: what grows with the tiles stands
 * per tile, the rest per worker.
 *
 * @param messages between coordinator and workers
 * @param cpuSeconds of the coordinator
 * @param actorShare of its CPU time, the share of the threads that actors run on (the dispatcher,
 *     the job, the API); null without a JDK
 * @param heapMebibytes that were reachable afterwards; null without a JDK
 * @param directMebibytes of the buffers outside the heap
 */
public record CoordinatorCost(
    int workers,
    double seconds,
    double tiles,
    double messages,
    double mebibytes,
    double cpuSeconds,
    @Nullable Double actorShare,
    @Nullable Double heapMebibytes,
    double directMebibytes) {
  private static final double MEBIBYTE = 1 << 20;

  static CoordinatorCost of(
      int workers, double seconds, double tiles, CoordinatorLook before, CoordinatorLook after) {
    double cpu = after.cpuSeconds() - before.cpuSeconds();
    Double actorsBefore = before.actorSeconds();
    Double actorsAfter = after.actorSeconds();
    return new CoordinatorCost(
        workers,
        seconds,
        tiles,
        after.messages() - before.messages(),
        (after.bytes() - before.bytes()) / MEBIBYTE,
        cpu,
        actorsBefore == null || actorsAfter == null || cpu <= 0
            ? null
            : (actorsAfter - actorsBefore) / cpu,
        after.heapMebibytes(),
        after.directMebibytes());
  }

  /** For people: a heading, and a line for each. */
  static List<String> table(List<CoordinatorCost> costs) {
    return Stream.concat(
            Stream.of(
                "The coordinator's part:",
                "workers  tiles/s  messages/tile  MiB/tile  messages/s  CPU s  CPU %"
                    + "  CPU ms/tile  in actors  heap MiB  direct MiB"),
            costs.stream().map(CoordinatorCost::line))
        .toList();
  }

  private String line() {
    return String.format(
        Locale.ROOT,
        "%7d  %7.1f  %13.1f  %8.2f  %10.1f  %5.1f  %5.0f  %11.1f  %9s  %8s  %10.0f",
        workers,
        tiles / seconds,
        messages / tiles,
        mebibytes / tiles,
        messages / seconds,
        cpuSeconds,
        100 * cpuSeconds / seconds,
        1e3 * cpuSeconds / tiles,
        actorShare == null ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * actorShare),
        heapMebibytes == null ? "-" : String.format(Locale.ROOT, "%.0f", heapMebibytes),
        directMebibytes);
  }
}
