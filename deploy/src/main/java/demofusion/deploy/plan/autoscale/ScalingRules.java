package demofusion.deploy.plan.autoscale;

/**
 * How an autoscaler decides, as KEDA and the autoscaler of Kubernetes do with the chart's values.
 *
 * @param min pods that are always there
 * @param max pods at most, at least 1
 * @param targetSeconds in which the work that is left should be done
 * @param startUpSeconds from a pod's creation until it draws; it holds its GPU from the beginning
 * @param pollingSeconds between two decisions
 * @param cooldownSeconds without work until the last pod goes, where min is 0
 * @param scaleInSeconds for which fewer pods must have been wanted before one goes; then one a
 *     minute
 */
public record ScalingRules(
    int min,
    int max,
    double targetSeconds,
    double startUpSeconds,
    double pollingSeconds,
    double cooldownSeconds,
    double scaleInSeconds) {
  public ScalingRules {
    if (min < 0 || max < Math.max(1, min) || !(targetSeconds > 0) || !(pollingSeconds > 0)) {
      throw new IllegalArgumentException("%d:%d pods".formatted(min, max));
    }
  }

  /** With what the chart has by default, but for these. */
  public static ScalingRules of(
      int min, int max, double targetSeconds, double startUpSeconds, double cooldownSeconds) {
    return new ScalingRules(min, max, targetSeconds, startUpSeconds, 15, cooldownSeconds, 300);
  }

  /** The same, but so many pods all the time. */
  public ScalingRules always(int pods) {
    return new ScalingRules(
        pods,
        pods,
        targetSeconds,
        startUpSeconds,
        pollingSeconds,
        cooldownSeconds,
        scaleInSeconds);
  }

  /** ⌈work / target⌉ within the bounds; at least one, since the last goes by the cooldown. */
  int wanted(double work) {
    double pods = Math.ceil(work / targetSeconds);
    return (int) Math.max(Math.max(1, min), Math.min(max, pods));
  }
}
