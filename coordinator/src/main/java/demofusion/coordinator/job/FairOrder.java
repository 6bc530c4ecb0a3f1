package demofusion.coordinator.job;

import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.record.JobRecord.Subject;
import demofusion.protocol.JobId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * In which order people's jobs are begun: start-time fair queueing (Goyal, Vin and Cheng, 1996)
 * over the work that each job is foreseen to be. Of each person the job that came first is next,
 * and of those the one whose person was given the least. Who asks for nothing saves nothing up: a
 * newcomer begins at the time of those who are served. Higher priorities go first, and within one
 * priority shares are as people's weights: work counts as what it is over its person's weight.
 *
 * <p>It holds as long as its coordinator lives, and starts at zero with the next one.
 */
final class FairOrder {
  /** Virtual time of one priority: work that each of those who asked for some was given. */
  private static final class Level {
    double now;
    final Map<String, Double> ends = new HashMap<>();

    double begin(String owner) {
      return Math.max(now, ends.getOrDefault(owner, 0.0));
    }

    /**
     * @param share of virtual time: work over its owner's weight
     */
    void begun(String owner, double share) {
      now = begin(owner);
      ends.put(owner, now + share);
    }

    Level copy() {
      Level copy = new Level();
      copy.now = now;
      copy.ends.putAll(ends);
      return copy;
    }
  }

  private record Turn(double begin, int number, String owner) {}

  private final ToDoubleFunction<String> weights;
  private final Map<Integer, Level> levels = new HashMap<>();
  private final Set<JobId> charged = new HashSet<>(); // one that goes on is not charged again

  /** Everybody has the same share. */
  FairOrder() {
    this(owner -> 1);
  }

  /**
   * @param weights above 0, by people's names; they may change at any time
   */
  FairOrder(ToDoubleFunction<String> weights) {
    this.weights = weights;
  }

  /**
   * @param waiting in the order in which they came
   * @return those that go first, first
   */
  List<Job> of(Collection<Job> waiting) {
    Map<Integer, List<Job>> byPriority = new TreeMap<>(Comparator.reverseOrder());
    waiting.forEach(
        job -> byPriority.computeIfAbsent(job.priority(), any -> new ArrayList<>()).add(job));
    List<Job> order = new ArrayList<>();
    byPriority.forEach(
        (priority, jobs) -> order(levels.getOrDefault(priority, new Level()).copy(), jobs, order));
    return order;
  }

  /** As they would be begun if each had to wait for the one before. */
  private void order(Level level, List<Job> jobs, List<Job> order) {
    Map<String, Deque<Job>> queues = new LinkedHashMap<>();
    Map<Job, Integer> numbers = new HashMap<>();
    for (Job job : jobs) {
      numbers.put(job, numbers.size());
      if (charged.contains(job.id())) {
        order.add(job); // its person's turn came before
      } else {
        queues.computeIfAbsent(job.record().owner(), any -> new ArrayDeque<>()).add(job);
      }
    }
    PriorityQueue<Turn> turns =
        new PriorityQueue<>(Comparator.comparingDouble(Turn::begin).thenComparingInt(Turn::number));
    queues.forEach((owner, queue) -> turns.add(turn(level, owner, queue, numbers)));
    for (Turn next = turns.poll(); next != null; next = turns.poll()) {
      Deque<Job> queue = queues.getOrDefault(next.owner(), new ArrayDeque<>());
      Job job = queue.remove();
      order.add(job);
      level.begun(next.owner(), share(job));
      if (!queue.isEmpty()) {
        turns.add(turn(level, next.owner(), queue, numbers));
      }
    }
  }

  private static Turn turn(Level level, String owner, Deque<Job> queue, Map<Job, Integer> numbers) {
    return new Turn(level.begin(owner), numbers.getOrDefault(queue.element(), 0), owner);
  }

  /** A job is begun, or goes on. */
  void begun(Job job) {
    if (charged.add(job.id())) {
      levels
          .computeIfAbsent(job.priority(), any -> new Level())
          .begun(job.record().owner(), share(job));
    }
  }

  /** Nobody asks for it any more. */
  void over(JobId job) {
    charged.remove(job);
  }

  private double share(Job job) {
    return work(job) / weights.applyAsDouble(job.record().owner());
  }

  /** Pixels times steps: jobs of one model and method take device time in proportion to it. */
  private static double work(Job job) {
    Subject subject = job.record().subject();
    return (double) subject.width() * subject.height() * subject.steps();
  }
}
