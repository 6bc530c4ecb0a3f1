package demofusion.coordinator.render;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One job, as the {@link LeaseLedger} knows it. */
final class LedgerJob {
  final JobTerms terms;
  final Map<Long, LedgerBatch> batches = new HashMap<>();
  private final Map<Urgency, SortedMap<Long, LedgerBatch>> pending = new EnumMap<>(Urgency.class);
  private final Map<WorkerId, Integer> largestViewBatch = new HashMap<>();
  private final Set<WorkerId> cannotDecode = new HashSet<>();
  private int leased;

  LedgerJob(JobTerms terms) {
    this.terms = terms;
    for (Urgency urgency : Urgency.values()) {
      pending.put(urgency, new TreeMap<>());
    }
  }

  void add(LedgerBatch batch) {
    batches.put(batch.number, batch);
    putBack(batch);
  }

  /** Batches are numbered as they come, so what was begun before goes to the front by itself. */
  void putBack(LedgerBatch batch) {
    waiting(batch.urgency).put(batch.number, batch);
  }

  void lease(LedgerBatch batch) {
    waiting(batch.urgency).remove(batch.number);
    leased++;
  }

  void endLease() {
    leased--;
  }

  void remove(LedgerBatch batch) {
    batches.remove(batch.number);
    waiting(batch.urgency).remove(batch.number);
  }

  int leased() {
    return leased;
  }

  int pending() {
    return pending.values().stream().mapToInt(Map::size).sum();
  }

  @Nullable LedgerBatch first(Predicate<LedgerBatch> suits) {
    for (Urgency urgency : Urgency.values()) {
      for (LedgerBatch batch : waiting(urgency).values()) {
        if (suits.test(batch)) {
          return batch;
        }
      }
    }
    return null;
  }

  /**
   * The worker's memory did not hold that batch: it is not asked again for such work of this job.
   */
  void markTooSmall(WorkerId worker, LedgerBatch batch, int largest) {
    if (batch.views == 0) {
      cannotDecode.add(worker);
    } else {
      largestViewBatch.put(worker, largest);
    }
  }

  boolean isTooSmall(WorkerId worker, LedgerBatch batch) {
    return batch.views == 0 ? cannotDecode.contains(worker) : largestViewBatch.containsKey(worker);
  }

  int largestViewBatch() {
    return largestViewBatch.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private SortedMap<Long, LedgerBatch> waiting(Urgency urgency) {
    return pending.computeIfAbsent(urgency, any -> new TreeMap<>());
  }
}
