package demofusion.deploy.bench;

import demofusion.deploy.bench.FarmSituations.Situation;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.PixelExtent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * How much faster a picture is with more workers, and where the rest goes: a farm of real processes
 * whose model takes a given time and does nothing.
 */
public final class FarmBench {
  private static final String COORDINATOR_JAVA = "-Xmx1g";

  /** Of a picture that is not measured, so that all code has run before. */
  static final int WARM_UP_STEPS = 1;

  /**
   * What is measured.
   *
   * @param workers numbers of workers, one measurement each
   * @param tileMillis what a guided view takes; a guidance half takes half of it
   * @param steps timesteps of each phase
   * @param perProcess so many workers share a process
   * @param onlyScale whether these numbers of workers alone are measured: one worker's time is the
   *     plan's
   * @param others whether several jobs, unequal workers and a slow worker are measured too
   */
  public record Settings(
      List<Integer> workers,
      int tileMillis,
      PixelExtent size,
      int steps,
      ViewBatchSize unit,
      RenderMethod method,
      int perProcess,
      boolean onlyScale,
      boolean others) {}

  /**
   * One number of workers on one picture.
   *
   * @param seconds from its submission to the end of its last timestep
   * @param pictureSeconds to the PNG
   * @param speedup against one worker
   * @param limit what the plan allows
   * @param ofLimit of the limit, what was reached
   * @param machineBusy share of this machine's cores, everything that ran on it counted in
   */
  public record Row(
      int workers,
      double seconds,
      double pictureSeconds,
      double speedup,
      double limit,
      double ofLimit,
      LostTime lost,
      double machineBusy) {
    /** For people. */
    String line() {
      return String.format(
          Locale.ROOT,
          "%2d workers %6.1f s, %5.2f times as fast, %5.1f %% of the plan's limit %5.2f; lost to"
              + " the barrier %.1f %%, start-up %.1f %%, the coordinator %.1f %%, pictures between"
              + " phases %.1f %%, the network %.1f %%; PNG after %.1f s  (machine %.0f %% busy)",
          workers,
          seconds,
          speedup,
          100 * ofLimit,
          limit,
          100 * lost.barrier(),
          100 * lost.beginning(),
          100 * lost.coordinator(),
          100 * lost.pictures(),
          100 * lost.network(),
          pictureSeconds,
          100 * machineBusy);
    }
  }

  /** All of it. */
  public record Result(
      List<Row> results,
      List<CoordinatorCost> coordinator,
      List<Situation> situations,
      String size,
      int steps,
      int tileMillis,
      String viewBatch) {}

  private final Settings settings;
  private final BenchPicture picture;
  private final Consumer<String> say;
  private final List<CoordinatorCost> costs = new ArrayList<>();

  /**
   * @param say receives each figure as soon as it is known
   */
  public FarmBench(Settings settings, Consumer<String> say) {
    this.settings = settings;
    this.picture =
        new BenchPicture(
            settings.tileMillis, settings.size, settings.steps, settings.unit, settings.method);
    this.say = say;
  }

  public Result run() {
    try (BenchFarm farm = BenchFarm.start(COORDINATOR_JAVA, List.of("--jobs-at-once", "8"))) {
      List<Row> rows = withCosts(farm);
      List<Situation> situations =
          settings.others && !settings.onlyScale
              ? new FarmSituations(farm, picture, rows.get(0).seconds(), say).measure()
              : List.of();
      return new Result(
          rows,
          costs,
          situations,
          settings.size.toString(),
          settings.steps,
          settings.tileMillis,
          settings.unit.toString());
    }
  }

  /** In rising order, one always among them unless its time is the plan's. */
  static List<Integer> numbers(List<Integer> wanted, boolean onlyScale) {
    List<Integer> numbers = new ArrayList<>(wanted);
    if (!onlyScale) {
      numbers.add(1);
    }
    return numbers.stream().distinct().sorted().toList();
  }

  /** What was measured is told even if more workers than that cannot be. */
  private List<Row> withCosts(BenchFarm farm) {
    try {
      return speedups(farm);
    } finally {
      CoordinatorCost.table(costs).forEach(say);
    }
  }

  private List<Row> speedups(BenchFarm farm) {
    List<Row> rows = new ArrayList<>();
    int there = 0;
    double alone = settings.onlyScale ? picture.tiles() * settings.tileMillis / 1e3 : 0;
    for (int workers : numbers(settings.workers, settings.onlyScale)) {
      for (int more; there < workers; there += more) {
        more = Math.min(settings.perProcess, workers - there);
        farm.addWorkers(names(there, more), picture.model(1));
      }
      farm.awaitWorkers();
      picture.withSteps(WARM_UP_STEPS).make(farm);
      CoordinatorLook before = farm.look();
      MachineLoad load = new MachineLoad();
      BenchPicture.Made made = picture.make(farm);
      alone = alone == 0 ? made.seconds() : alone;
      Row row = row(workers, made, alone, load.sinceLastAsked());
      say.accept(row.line());
      rows.add(row);
      costs.add(
          CoordinatorCost.of(workers, made.pictureSeconds(), picture.tiles(), before, farm.look()));
    }
    for (; there > 0; there--) {
      farm.removeWorker("worker-" + there);
    }
    return rows;
  }

  private static List<String> names(int there, int more) {
    return IntStream.rangeClosed(there + 1, there + more).mapToObj(n -> "worker-" + n).toList();
  }

  private Row row(int workers, BenchPicture.Made made, double alone, double busy) {
    PlanLimit limit = PlanLimit.of(picture.plan(), workers);
    double speedup = alone / made.seconds();
    return new Row(
        workers,
        made.seconds(),
        made.pictureSeconds(),
        speedup,
        limit.speedup(),
        speedup / limit.speedup(),
        LostTime.of(limit, picture.unitSeconds(), made.submitted(), made.times()),
        busy);
  }
}
