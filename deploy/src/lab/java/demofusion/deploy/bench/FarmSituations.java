package demofusion.deploy.bench;

import demofusion.protocol.api.JobView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What a farm meets beside one picture and workers that are all alike: several pictures at once,
 * workers of unequal speed, one that is far too slow.
 */
final class FarmSituations {
  private static final int WORKERS = 4;
  private static final int JOBS = 3;
  private static final int SLOW = 10;
  private static final int UNEQUAL = 4;

  /**
   * One of them.
   *
   * @param what it is
   * @param seconds that it took
   * @param expected seconds at the best
   * @param reached the one over the other
   * @param machineBusy share of this machine's cores, everything that ran on it counted in
   */
  public record Situation(
      String what, double seconds, double expected, double reached, double machineBusy) {
    /** For people. */
    String line() {
      return String.format(
          Locale.ROOT,
          "%s: %.1f s, ideal %.1f s, efficiency %.1f %%  (machine %.0f %% busy)",
          what,
          seconds,
          expected,
          100 * reached,
          100 * machineBusy);
    }
  }

  private final BenchFarm farm;
  private final BenchPicture picture;
  private final double alone;
  private final Consumer<String> say;
  private final List<Situation> all = new ArrayList<>();

  /**
   * @param farm without workers
   * @param alone seconds that one worker takes for the picture
   */
  FarmSituations(BenchFarm farm, BenchPicture picture, double alone, Consumer<String> say) {
    this.farm = farm;
    this.picture = picture;
    this.alone = alone;
    this.say = say;
  }

  List<Situation> measure() {
    for (int n = 1; n <= WORKERS; n++) {
      farm.addWorker("worker-" + n, picture.model(1));
    }
    farm.awaitWorkers();
    picture.withSteps(FarmBench.WARM_UP_STEPS).make(farm);
    several(
        JOBS + " jobs at once on " + WORKERS + " workers, against as many times one worker's rate",
        JOBS * alone / WORKERS);
    oneFarTooSlow();
    farm.removeWorker("worker-3");
    farm.removeWorker("worker-4");
    farm.addWorker("slower-1", picture.model(UNEQUAL));
    farm.addWorker("slower-2", picture.model(UNEQUAL));
    farm.awaitWorkers();
    several(
        JOBS + " jobs on workers of speeds 1, 1, 1/4, 1/4, against their summed rates",
        JOBS * alone / (2 + 2.0 / UNEQUAL));
    return all;
  }

  private void oneFarTooSlow() {
    double without = picture.make(farm).seconds();
    farm.addWorker("slow", picture.model(SLOW));
    farm.awaitWorkers();
    MachineLoad load = new MachineLoad();
    tell(
        WORKERS + " workers and one that is " + SLOW + " times slower, against those " + WORKERS,
        picture.make(farm).seconds(),
        without,
        load);
    farm.removeWorker("slow");
  }

  private void several(String what, double expected) {
    MachineLoad load = new MachineLoad();
    Instant submitted = Instant.now();
    List<JobView> jobs = new ArrayList<>();
    for (int n = 0; n < JOBS; n++) {
      jobs.add(picture.submit(farm));
    }
    double last = 0;
    for (JobView job : jobs) {
      last = Math.max(last, BenchPicture.await(farm, job, submitted).seconds());
    }
    tell(what, last, expected, load);
  }

  private void tell(String what, double seconds, double expected, MachineLoad load) {
    Situation situation =
        new Situation(what, seconds, expected, expected / seconds, load.sinceLastAsked());
    say.accept(situation.line());
    all.add(situation);
  }
}
