package demofusion.deploy.plan.autoscale;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * A farm of pods in virtual time. Pods that are ready share all jobs that are there equally, and
 * any number of pods can share one job: what the ends of timesteps cost is not in it. Decisions are
 * taken at the beginning and at each poll:
 *
 * <pre>
 *   out:      at once to ⌈work left / target⌉, by at most 4 pods or as many as there are
 *   in:       one a minute, where the most that was wanted in scale-in seconds is less; a pod that
 *             starts goes before one that draws, and nobody loses what was drawn
 *   to zero:  all, cooldown seconds after there was work
 * </pre>
 */
public final class ScalingSimulation {
  private static final double EPSILON = 1e-9;
  private static final double MINUTE = 60;
  private static final int MOST_AT_ONCE = 4;

  private record Wanted(double at, int pods) {}

  private static final class Job {
    final int number;
    double left;

    Job(int number, double left) {
      this.number = number;
      this.left = left;
    }
  }

  private final ScalingRules rules;
  private final List<Arrival> arrivals;
  private final double[] begun;
  private final double[] ended;
  private final List<Job> jobs = new ArrayList<>();
  private final List<Double> starting = new ArrayList<>(); // when each is ready
  private final Deque<Wanted> wanted = new ArrayDeque<>();
  private double now;
  private double nextPoll;
  private int nextArrival;
  private int ready;
  private double lastActive;
  private double lastGone = Double.NEGATIVE_INFINITY;
  private double gpuSeconds;
  private int fewest;
  private int most;

  private ScalingSimulation(ScalingRules rules, List<Arrival> jobs) {
    this.rules = rules;
    this.arrivals =
        jobs.stream().sorted(Comparator.comparingDouble(Arrival::seconds)).toList();
    this.begun = new double[arrivals.size()];
    this.ended = new double[arrivals.size()];
    this.ready = rules.min();
    this.fewest = rules.min();
    this.most = rules.min();
    Arrays.fill(begun, Double.NaN);
  }

  /** From the beginning, with the minimum of pods, until they are back at it. */
  public static ScalingOutcome run(ScalingRules rules, List<Arrival> arrivals) {
    return new ScalingSimulation(rules, arrivals).run();
  }

  private ScalingOutcome run() {
    arrive();
    decide();
    begin();
    while (nextArrival < arrivals.size() || !jobs.isEmpty() || pods() > rules.min()) {
      advance(next() - now);
      starting.removeIf(
          at -> {
            boolean isReady = at <= now + EPSILON;
            ready += isReady ? 1 : 0;
            return isReady;
          });
      finish();
      arrive();
      decide();
      begin();
    }
    List<Double> waits = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (int n = 0; n < arrivals.size(); n++) {
      waits.add(Math.max(0, begun[n] - arrivals.get(n).seconds()));
      times.add(ended[n] - arrivals.get(n).seconds());
    }
    double work = arrivals.stream().mapToDouble(Arrival::work).sum();
    return new ScalingOutcome(waits, times, gpuSeconds, work, fewest, most, now);
  }

  private int pods() {
    return ready + starting.size();
  }

  private double next() {
    double next = nextPoll;
    if (nextArrival < arrivals.size()) {
      next = Math.min(next, arrivals.get(nextArrival).seconds());
    }
    for (double at : starting) {
      next = Math.min(next, at);
    }
    if (ready > 0) {
      for (Job job : jobs) {
        next = Math.min(next, now + job.left * jobs.size() / ready);
      }
    }
    return Math.max(now, next);
  }

  private void advance(double seconds) {
    gpuSeconds += seconds * pods();
    for (Job job : jobs) {
      job.left -= seconds * ready / jobs.size();
    }
    now += seconds;
  }

  private void finish() {
    jobs.removeIf(
        job -> {
          boolean isDone = job.left <= EPSILON;
          if (isDone) {
            ended[job.number] = now;
          }
          return isDone;
        });
  }

  private void arrive() {
    while (nextArrival < arrivals.size()
        && arrivals.get(nextArrival).seconds() <= now + EPSILON) {
      jobs.add(new Job(nextArrival, arrivals.get(nextArrival).work()));
      nextArrival++;
    }
    begin();
  }

  private void begin() {
    for (Job job : jobs) {
      if (ready > 0 && Double.isNaN(begun[job.number])) {
        begun[job.number] = now;
      }
    }
  }

  private void decide() {
    if (now + EPSILON < nextPoll) {
      return;
    }
    nextPoll = now + rules.pollingSeconds();
    double work = jobs.stream().mapToDouble(job -> job.left).sum();
    lastActive = work > 0 ? now : lastActive;
    int want = rules.wanted(work);
    wanted.add(new Wanted(now, want));
    while (wanted.getFirst().at() < now - rules.scaleInSeconds()) {
      wanted.remove();
    }
    if (work == 0 && rules.min() == 0) {
      if (now - lastActive >= rules.cooldownSeconds() - EPSILON) {
        ready = 0;
        starting.clear();
      }
    } else if (want > pods()) {
      int atMost = pods() + Math.max(MOST_AT_ONCE, pods());
      for (int n = Math.min(want, atMost) - pods(); n > 0; n--) {
        create();
      }
    }
    int enough = wanted.stream().mapToInt(Wanted::pods).max().orElse(want);
    if (enough < pods() && now - lastGone >= MINUTE - EPSILON) {
      lastGone = now;
      if (starting.isEmpty()) {
        ready--;
      } else {
        starting.remove(starting.size() - 1);
      }
    }
    fewest = Math.min(fewest, pods());
    most = Math.max(most, pods());
  }

  private void create() {
    if (rules.startUpSeconds() > 0) {
      starting.add(now + rules.startUpSeconds());
    } else {
      ready++;
    }
  }
}
