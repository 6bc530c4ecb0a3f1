package demofusion.deploy.bench;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Retention;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.PixelExtent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Weeks of a coordinator in minutes: very many very small pictures through a real one, one after
 * another, and after each hundredth a look at what it holds. What rises goes on rising.
 */
public final class SoakBench {
  private static final int AT_ONCE = 16;
  private static final int LOOKS = 20;
  private static final int WORKERS = 2;

  /** What is known of finished jobs is kept by intention; so only of so many. */
  private static final Retention KEPT = new Retention(null, 50, null);

  /** Of the looks, while caches and pools fill. */
  private static final double WARM_UP = 0.3;

  /** Half a mebibyte over 1,400 jobs is 370 bytes for each. */
  private static final double LEAST_HEAP_RISE = 0.5;

  private static final double MOST_HEAP_RISE = 0.02; // of the heap
  private static final double MOST_RISE = 3; // threads, open files

  /**
   * The heap wavers by more than one small object a job, the number of our own objects does not.
   */
  private static final double MOST_OBJECTS_PER_JOB = 0.1;

  /** One look. */
  public record Sample(int jobs, ProcessLook look) {}

  /**
   * Something that was looked at.
   *
   * @param first after the warm-up, by the straight line through all that followed
   * @param last at the end, by the same line
   */
  public record Level(String what, double first, double last, boolean isLevel) {
    /** For people. */
    public String line() {
      return String.format(
          Locale.ROOT,
          "%-14s %8.1f after the warm-up, %8.1f at the end: %s",
          what,
          first,
          last,
          isLevel ? "level" : "RISING");
    }
  }

  /** All of it. */
  public record Result(int jobs, double seconds, List<Level> levels, List<Sample> samples) {
    public boolean isLevel() {
      return levels.stream().allMatch(Level::isLevel);
    }
  }

  private final int jobs;
  private final Consumer<String> say;

  /**
   * @param jobs at least as many as there are looks
   */
  public SoakBench(int jobs, Consumer<String> say) {
    if (jobs < LOOKS) {
      throw DemofusionException.badRequest("jobs " + jobs + " must be at least " + LOOKS);
    }
    this.jobs = jobs;
    this.say = say;
  }

  public Result run() {
    long began = System.nanoTime();
    List<Sample> samples = new ArrayList<>();
    try (BenchFarm farm = BenchFarm.start("-Xmx256m", List.of())) {
      for (int n = 0; n < WORKERS; n++) {
        farm.addWorker("worker-" + (n + 1), "window=8");
      }
      farm.awaitWorkers();
      Queue<JobView> unfinished = new ArrayDeque<>();
      for (int n = 1; n <= jobs; n++) {
        unfinished.add(farm.submit(spec(n)));
        boolean looks = n % (jobs / LOOKS) == 0;
        while (unfinished.size() >= (looks ? 1 : AT_ONCE)) {
          finish(farm, unfinished.remove());
        }
        if (looks) {
          farm.client().prune(KEPT, false);
          Sample sample = new Sample(n, ProcessLook.at(farm.coordinator().toHandle()));
          samples.add(sample);
          say.accept(n + " jobs: " + sample.look);
        }
      }
    }
    return new Result(jobs, (System.nanoTime() - began) / 1e9, levels(samples), samples);
  }

  private static void finish(BenchFarm farm, JobView job) {
    JobView over = farm.client().watch(job.id(), event -> {});
    if (!over.hasImage()) {
      throw new DemofusionException(
          FailureCode.INTERNAL, "job " + job.id() + " is " + over.state() + ": " + over.reason());
    }
  }

  static List<Level> levels(List<Sample> all) {
    List<Sample> samples = all.subList((int) (WARM_UP * all.size()), all.size());
    Trend heap = Trend.of(samples.stream().map(sample -> sample.look.heapMebibytes()).toList());
    double most = Math.max(LEAST_HEAP_RISE, MOST_HEAP_RISE * heap.first());
    int jobs = samples.get(samples.size() - 1).jobs - samples.get(0).jobs;
    return List.of(
        level("heap, MiB", heap, most),
        level(
            "own objects",
            Trend.of(samples.stream().map(sample -> (double) sample.look.objects()).toList()),
            Math.max(MOST_RISE, MOST_OBJECTS_PER_JOB * jobs)),
        level(
            "threads",
            Trend.of(samples.stream().map(sample -> (double) sample.look.threads()).toList()),
            MOST_RISE),
        level(
            "open files",
            Trend.of(samples.stream().map(sample -> (double) sample.look.files()).toList()),
            MOST_RISE));
  }

  private static Level level(String what, Trend trend, double most) {
    return new Level(what, trend.first(), trend.last(), trend.rise() <= most);
  }

  /** The smallest that goes the whole way: two phases of one timestep. */
  private static RenderSpec spec(long seed) {
    RenderSpec defaults = RenderSpec.of("a soak", seed);
    return defaults.toBuilder().size(new PixelExtent(128, 128)).steps(1).build();
  }
}
