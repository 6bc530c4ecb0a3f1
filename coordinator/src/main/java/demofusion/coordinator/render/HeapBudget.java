package demofusion.coordinator.render;

import demofusion.protocol.JobId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of the heap the jobs in progress take for their latents. A job gets room when it fits
 * beside the others, or when there are no others; who asks for much is not overtaken by who asks
 * for little, so that it gets its turn. Higher priorities go first.
 */
final class HeapBudget {
  private record Wish(JobId job, int priority, long bytes) {}

  private final long capacity;
  private final Map<JobId, Long> given = new HashMap<>();
  private final List<Wish> wishes = new ArrayList<>();

  /**
   * @param capacity bytes that all jobs together may take
   */
  HeapBudget(long capacity) {
    this.capacity = capacity;
  }

  void ask(JobId job, int priority, long bytes) {
    wishes.add(new Wish(job, priority, bytes));
    wishes.sort(Comparator.comparingInt((Wish wish) -> -wish.priority)); // stable
  }

  /** The job is over, or will not need it. */
  void release(JobId job) {
    given.remove(job);
    wishes.removeIf(wish -> wish.job.equals(job));
  }

  /** The jobs that have room from now on. */
  List<JobId> give() {
    List<JobId> now = new ArrayList<>();
    while (!wishes.isEmpty() && fits(wishes.get(0))) {
      Wish wish = wishes.remove(0);
      given.put(wish.job, wish.bytes);
      now.add(wish.job);
    }
    return now;
  }

  private boolean fits(Wish wish) {
    long taken = given.values().stream().mapToLong(Long::longValue).sum();
    return given.isEmpty() || taken + wish.bytes <= capacity;
  }
}
