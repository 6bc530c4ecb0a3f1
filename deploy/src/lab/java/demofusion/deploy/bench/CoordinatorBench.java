package demofusion.deploy.bench;

import demofusion.deploy.bench.TimestepBenchmark.Steering;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.method.RenderMethod;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Times {@link TimestepBenchmark} at three sizes and puts its figures side by side. */
public final class CoordinatorBench {
  /** In latent samples: pictures of 1024, 4096 and 8192 pixels. */
  private static final List<Integer> SIDES = List.of(128, 512, 1024);

  private static final double WARM_UP_SECONDS = 3;
  private static final double MEASURED_SECONDS = 5;
  private static final int TURNS = 25;
  private static final double MEBIBYTE = 1 << 20;

  private CoordinatorBench() {}

  /**
   * One size of latent.
   *
   * @param side in latent samples
   * @param timestepMillis all that the coordinator does in one timestep
   * @param copyMillis copying the same latent
   * @param steeredMillis the timestep of the same latent with a ControlNet and two regions
   * @param controlledMillis the same with the ControlNet alone
   * @param guidedViews that a timestep costs workers
   * @param steeredGuidedViews the same with regions: windows that meet both cost more
   * @param mebibytes of tiles and predictions that go to workers and come back
   * @param steeredMebibytes the same with regions
   */
  public record Row(
      int side,
      double timestepMillis,
      double copyMillis,
      double steeredMillis,
      double controlledMillis,
      double guidedViews,
      double steeredGuidedViews,
      double mebibytes,
      double steeredMebibytes) {
    /** For people. */
    public String line() {
      return String.format(
          Locale.ROOT,
          "%4dx%-4d  timestep %8.2f ms  copy %7.3f ms  %5.0f copies  controlled %8.2f ms  %5.2f times"
              + "  steered %8.2f ms  %5.2f times (for a guided view %.2f, its bytes %.2f; %.1f and"
              + " %.1f guided views, %.1f and %.1f MiB)",
          side,
          side,
          timestepMillis,
          copyMillis,
          timestepMillis / copyMillis,
          controlledMillis,
          controlledMillis / timestepMillis,
          steeredMillis,
          steeredMillis / timestepMillis,
          steeredMillis / timestepMillis * guidedViews / steeredGuidedViews,
          steeredMebibytes / mebibytes * guidedViews / steeredGuidedViews,
          guidedViews,
          steeredGuidedViews,
          mebibytes,
          steeredMebibytes);
    }
  }

  /**
   * @param method whose timesteps are timed, DemoFusion or detail
   * @param say what is being measured
   */
  public static List<Row> run(RenderMethod method, Consumer<String> say) {
    if (method != RenderMethod.DEMOFUSION && method != RenderMethod.DETAIL) {
      throw DemofusionException.badRequest(
          "method " + method + " has no benchmark of its timesteps; demofusion and detail have");
    }
    return SIDES.stream()
        .map(
            side -> {
              say.accept("measuring a latent of " + side + "x" + side);
              return measure(side, method);
            })
        .toList();
  }

  private static Row measure(int side, RenderMethod method) {
    Map<Steering, TimestepBenchmark> benchmarks = new EnumMap<>(Steering.class);
    for (Steering steering : Steering.values()) {
      benchmarks.put(steering, new TimestepBenchmark(side, method, steering));
    }
    benchmarks.values().forEach(each -> repeat(each::oneTimestep, WARM_UP_SECONDS));
    Map<Steering, List<Double>> millis = new EnumMap<>(Steering.class);
    for (int turn = 0; turn < TURNS; turn++) { // the machine may be slower for a while
      benchmarks.forEach(
          (steering, each) ->
              millis
                  .computeIfAbsent(steering, any -> new ArrayList<>())
                  .add(repeat(each::oneTimestep, MEASURED_SECONDS / TURNS)));
    }
    double copy = millis(get(benchmarks, Steering.NOTHING)::copyLatent);
    TimestepBenchmark.Load plain = get(benchmarks, Steering.NOTHING).load();
    TimestepBenchmark.Load steered = get(benchmarks, Steering.CONTROL_NET_AND_REGIONS).load();
    return new Row(
        side,
        median(get(millis, Steering.NOTHING)),
        copy,
        median(get(millis, Steering.CONTROL_NET_AND_REGIONS)),
        median(get(millis, Steering.CONTROL_NET)),
        plain.guidedViews(),
        steered.guidedViews(),
        plain.bytes() / MEBIBYTE,
        steered.bytes() / MEBIBYTE);
  }

  private static <V> V get(Map<Steering, V> map, Steering steering) {
    return Objects.requireNonNull(map.get(steering));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  /** Of one go, once the compiler has seen enough of them. */
  private static double millis(Runnable work) {
    repeat(work, WARM_UP_SECONDS);
    return repeat(work, MEASURED_SECONDS);
  }

  private static double repeat(Runnable work, double seconds) {
    long began = System.nanoTime();
    long elapsed = 0;
    int count = 0;
    while (elapsed < seconds * 1e9) {
      work.run();
      count++;
      elapsed = System.nanoTime() - began;
    }
    return elapsed / 1e6 / count;
  }
}
