package demofusion.deploy.command.lab;

import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.deploy.plan.autoscale.ScalingRules;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an autoscaled farm would do with jobs over time. */
public final class AutoscaleOptions implements OptionGroup {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,4}):(\\d{1,4})");

  @Option(
      names = "--arrivals",
      paramLabel = "FILE",
      description =
          "Simulate an autoscaled farm on which jobs come as FILE says: CSV with the column time, in"
              + " seconds, and any of size, method, gpu-seconds and count. What is not said there is"
              + " as planned. Needs --autoscale, and one GPU in --gpus.")
  @Nullable Path arrivals;

  @Option(
      names = "--autoscale",
      paramLabel = "MIN:MAX",
      description = "Workers at least and at most, for example 0:8. Needs --arrivals.")
  @Nullable String autoscale;

  @Option(
      names = "--start-up",
      paramLabel = "TIME",
      description = "From a worker's creation until it draws, for example 3m (default: 3m).")
  @Nullable Duration startUp;

  @Option(
      names = "--scale-target",
      paramLabel = "TIME",
      description =
          "In which time the work that is left should be done; work left over this is how many"
              + " workers are wanted (default: 10m).")
  @Nullable Duration target;

  @Option(
      names = "--cooldown",
      paramLabel = "TIME",
      description = "Without work until the last worker goes (default: 10m).")
  @Nullable Duration cooldown;

  boolean isAsked() {
    if ((arrivals == null) != (autoscale == null)) {
      throw DemofusionException.badRequest(
          arrivals == null
              ? "--autoscale needs --arrivals FILE, which says when jobs come"
              : "--arrivals needs --autoscale MIN:MAX, for example --autoscale 0:8");
    }
    if (arrivals == null && (startUp != null || target != null || cooldown != null)) {
      throw DemofusionException.badRequest(
          "--start-up, --scale-target and --cooldown apply to --arrivals with --autoscale");
    }
    return arrivals != null;
  }

  /**
   * @throws DemofusionException BAD_REQUEST if no farm can be so
   */
  ScalingRules rules() {
    Matcher range = RANGE.matcher(autoscale == null ? "" : autoscale);
    int min = range.matches() ? Integer.parseInt(range.group(1)) : 0;
    int max = range.matches() ? Integer.parseInt(range.group(2)) : 0;
    if (max < 1 || max < min || max > 1000) {
      throw DemofusionException.badRequest(
          "--autoscale \"%s\" must be MIN:MAX with 0 ≤ MIN ≤ MAX and 1 ≤ MAX ≤ 1000, for example 0:8"
              .formatted(autoscale));
    }
    double targetSeconds = seconds(target, 600);
    if (targetSeconds < 1) {
      throw DemofusionException.badRequest("--scale-target must be at least 1s");
    }
    return ScalingRules.of(min, max, targetSeconds, seconds(startUp, 180), seconds(cooldown, 600));
  }

  private static double seconds(@Nullable Duration given, double standard) {
    return given == null ? standard : given.toMillis() / 1e3;
  }

  @Override
  public String heading() {
    return "Autoscaling";
  }
}
