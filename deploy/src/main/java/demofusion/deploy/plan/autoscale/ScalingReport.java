package demofusion.deploy.plan.autoscale;

import demofusion.deploy.plan.autoscale.ScalingOutcome.Spread;
import demofusion.deploy.terminal.Durations;
import demofusion.deploy.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code plan --autoscale} prints: the autoscaled farm, and beside it the same jobs on as many
 * pods all the time.
 *
 * @param device that work is counted on
 * @param workGpuHours of all jobs
 */
public record ScalingReport(
    String device, int jobs, double workGpuHours, ScalingRules rules, List<Row> farms) {
  private static final double HOUR = 3600;

  /**
   * One farm; times in seconds.
   *
   * @param gpuHours that pods hold their GPUs
   * @param busyShare of them that is work
   */
  public record Row(
      String pods, int most, Spread waiting, Spread taking, double gpuHours, double busyShare) {
    static Row of(String pods, ScalingOutcome outcome, double gpuSeconds) {
      return new Row(
          pods,
          outcome.most(),
          outcome.waiting(),
          outcome.taking(),
          gpuSeconds / HOUR,
          outcome.workSeconds() / gpuSeconds);
    }
  }

  public ScalingReport {
    farms = List.copyOf(farms);
  }

  /** Simulates both, over the same time. */
  public static ScalingReport of(String device, ScalingRules rules, List<Arrival> arrivals) {
    double work = arrivals.stream().mapToDouble(Arrival::work).sum();
    ScalingOutcome scaled = ScalingSimulation.run(rules, arrivals);
    ScalingOutcome always = ScalingSimulation.run(rules.always(rules.max()), arrivals);
    double seconds = Math.max(scaled.seconds(), always.seconds());
    return new ScalingReport(
        device,
        arrivals.size(),
        work / HOUR,
        rules,
        List.of(
            Row.of(rules.min() + " to " + rules.max(), scaled, scaled.gpuSeconds()),
            Row.of("always " + rules.max(), always, rules.max() * seconds)));
  }

  /** For people. */
  public List<String> lines() {
    Table table =
        new Table("pods", "most", "wait", "90 %", "worst", "done in", "90 %", "GPU-hours", "busy");
    for (Row row : farms) {
      table.add(
          row.pods(),
          Integer.toString(row.most()),
          Durations.words(row.waiting().mean()),
          Durations.words(row.waiting().p90()),
          Durations.words(row.waiting().max()),
          Durations.words(row.taking().mean()),
          Durations.words(row.taking().p90()),
          String.format(Locale.ROOT, "%.2f", row.gpuHours()),
          String.format(Locale.ROOT, "%.0f %%", 100 * row.busyShare()));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d jobs of %.2f GPU-hours on %s; pods start in %s, work is to be done in %s, the last pod goes after %s",
            jobs,
            workGpuHours,
            device,
            Durations.words(rules.startUpSeconds()),
            Durations.words(rules.targetSeconds()),
            Durations.words(rules.cooldownSeconds())));
    lines.addAll(table.lines(0));
    lines.add(
        "assumed: all ready pods share all jobs without loss; waits are from arrival to the first tile");
    return lines;
  }
}
