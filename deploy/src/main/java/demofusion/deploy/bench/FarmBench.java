package demofusion.deploy.bench;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.job.JobView;
import demofusion.coordinator.render.RenderReport;
import demofusion.coordinator.render.StepTimes;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.latent.UnitOfWork;
import demofusion.protocol.model.ModelGeometry;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * How much faster a picture is with more workers, and where the rest goes: a farm of real processes
 * whose model takes a given time and does nothing.
 */
public final class FarmBench {
  private static final ModelGeometry SDXL = new ModelGeometry(128, 4, 8);
  private static final String COORDINATOR_JAVA = "-Xmx1g";
  private static final int SLOW = 10;
  private static final int UNEQUAL = 4;
  private static final int WARM_UP_STEPS = 1;

  /**
   * What is measured.
   *
   * @param workers numbers of workers, one measurement each
   * @param tileMillis what a guided view takes; a guidance half takes half of it
   * @param steps timesteps of each phase
   * @param others whether several jobs, unequal workers and a slow worker are measured too
   */
  public record Settings(
      List<Integer> workers,
      int tileMillis,
      PixelExtent size,
      int steps,
      UnitOfWork unit,
      boolean others) {}

  /**
   * One number of workers on one picture.
   *
   * @param seconds from its submission to the end of its last timestep
   * @param pictureSeconds to the PNG
   * @param speedup against one worker
   * @param limit what the plan allows
   * @param ofLimit of the limit, what was reached
   */
  public record Row(
      int workers,
      double seconds,
      double pictureSeconds,
      double speedup,
      double limit,
      double ofLimit,
      LostTime lost) {}

  /**
   * Another situation.
   *
   * @param what it is
   * @param seconds that it took
   * @param expected seconds at the best
   * @param reached the one over the other
   */
  public record Situation(String what, double seconds, double expected, double reached) {}

  /** All of it. */
  public record Result(
      List<Row> results,
      List<Situation> situations,
      String size,
      int steps,
      int tileMillis,
      String viewBatch) {}

  private final Settings settings;
  private final Consumer<String> say;
  private long seed;

  public FarmBench(Settings settings, Consumer<String> say) {
    this.settings = settings;
    this.say = say;
  }

  public Result run() {
    try (BenchFarm farm = BenchFarm.start(COORDINATOR_JAVA, List.of("--jobs-at-once", "8"))) {
      List<Row> rows = speedups(farm);
      List<Situation> situations = settings.others ? situations(farm, rows) : List.of();
      return new Result(
          rows,
          situations,
          settings.size.toString(),
          settings.steps,
          settings.tileMillis,
          settings.unit.toString());
    }
  }

  /** The numbers of workers in rising order, one always among them. */
  private List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>(settings.workers);
    numbers.add(1);
    return numbers.stream().distinct().sorted().toList();
  }

  private List<Row> speedups(BenchFarm farm) {
    List<Row> rows = new ArrayList<>();
    int there = 0;
    double alone = 0;
    for (int workers : numbers()) {
      for (; there < workers; there++) {
        farm.addWorker(name(there), synthetic(1));
      }
      farm.awaitWorkers();
      measure(farm, WARM_UP_STEPS);
      Run run = measure(farm, settings.steps);
      alone = workers == 1 ? run.seconds : alone;
      Row row = row(workers, run, alone);
      say.accept(line(row));
      rows.add(row);
    }
    for (int n = 0; n < there; n++) {
      farm.removeWorker(name(n));
    }
    return rows;
  }

  private Row row(int workers, Run run, double alone) {
    PlanLimit limit = PlanLimit.of(plan(settings.steps), workers);
    double speedup = alone / run.seconds;
    return new Row(
        workers,
        run.seconds,
        run.pictureSeconds,
        speedup,
        limit.speedup(),
        speedup / limit.speedup(),
        LostTime.of(limit, unitSeconds(), run.seconds, run.times));
  }

  /** What one picture took. */
  private record Run(double seconds, double pictureSeconds, StepTimes times) {}

  private Run measure(BenchFarm farm, int steps) {
    Instant submitted = Instant.now();
    JobView job = farm.submit(spec(steps));
    StepTimes times = times(farm.await(job));
    Instant done = Instant.now();
    return new Run(seconds(submitted, times.ended()), seconds(submitted, done), times);
  }

  private static StepTimes times(RenderReport report) {
    StepTimes times = report.times();
    if (times == null) {
      throw new DemofusionException(
          FailureCode.INTERNAL, "a picture of the benchmark had no timestep to do");
    }
    return times;
  }

  private List<Situation> situations(BenchFarm farm, List<Row> rows) {
    List<Situation> situations = new ArrayList<>();
    int workers = 4;
    for (int n = 0; n < workers; n++) {
      farm.addWorker(name(n), synthetic(1));
    }
    farm.awaitWorkers();
    measure(farm, WARM_UP_STEPS);
    double alone = rows.get(0).seconds();
    situations.add(
        told(
            jobs(
                farm,
                "three jobs at once on 4 workers, against 4 times one worker's rate",
                3,
                3 * alone / workers)));
    double four = measure(farm, settings.steps).seconds;
    farm.addWorker("slow", synthetic(SLOW));
    farm.awaitWorkers();
    situations.add(
        told(
            situation(
                "4 workers and one that is 10 times slower, against the 4",
                measure(farm, settings.steps).seconds,
                four)));
    farm.removeWorker("slow");
    farm.removeWorker(name(2));
    farm.removeWorker(name(3));
    farm.addWorker("slower-1", synthetic(UNEQUAL));
    farm.addWorker("slower-2", synthetic(UNEQUAL));
    farm.awaitWorkers();
    situations.add(
        told(
            jobs(
                farm,
                "three jobs on workers of speeds 1, 1, 1/4, 1/4, against their summed rates",
                3,
                3 * alone / (2 + 2.0 / UNEQUAL))));
    return situations;
  }

  private Situation told(Situation situation) {
    say.accept(
        String.format(
            Locale.ROOT,
            "%s: %.1f s, at best %.1f s, that is %.1f %%",
            situation.what,
            situation.seconds,
            situation.expected,
            100 * situation.reached));
    return situation;
  }

  private Situation jobs(BenchFarm farm, String what, int count, double expected) {
    Instant submitted = Instant.now();
    List<JobView> jobs = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      jobs.add(farm.submit(spec(settings.steps)));
    }
    Instant last = submitted;
    for (JobView job : jobs) {
      Instant ended = times(farm.await(job)).ended();
      last = ended.isAfter(last) ? ended : last;
    }
    return situation(what, seconds(submitted, last), expected);
  }

  private static Situation situation(String what, double seconds, double expected) {
    return new Situation(what, seconds, expected, expected / seconds);
  }

  private static String name(int worker) {
    return "worker-" + (worker + 1);
  }

  private String synthetic(int slow) {
    return "window=" + SDXL.sampleSize() + ",millis=" + settings.tileMillis + ",slow=" + slow;
  }

  private double unitSeconds() {
    double view = settings.tileMillis / 1e3;
    return settings.unit.halves() ? view / 2 : view * settings.unit.views();
  }

  private RenderPlan plan(int steps) {
    return RenderPlan.of(spec(steps), SDXL, SyntheticSettings.of(SDXL).scheduler());
  }

  private RenderSpec spec(int steps) {
    RenderSpec defaults = RenderSpec.of("a benchmark", seed++);
    return new RenderSpec(
        defaults.prompts(),
        settings.size,
        steps,
        defaults.guidance(),
        defaults.seed(),
        null,
        null,
        settings.unit,
        defaults.fusion(),
        defaults.method(),
        defaults.ablations(),
        null,
        null,
        defaults.crop(),
        false,
        1);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }

  /** For people. */
  static String line(Row row) {
    return String.format(
        Locale.ROOT,
        "%2d workers  %7.1f s  %5.2f times as fast, the plan's limit is %5.2f (%5.1f %% of it)  "
            + "lost to the barrier %4.1f %%, the network %4.1f %%, the coordinator %4.1f %%  picture after %.1f s",
        row.workers,
        row.seconds,
        row.speedup,
        row.limit,
        100 * row.ofLimit,
        100 * row.lost.barrier(),
        100 * row.lost.network(),
        100 * row.lost.coordinator(),
        row.pictureSeconds);
  }
}
