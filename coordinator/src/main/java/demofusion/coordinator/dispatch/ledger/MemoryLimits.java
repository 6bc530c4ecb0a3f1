package demofusion.coordinator.dispatch.ledger;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Which workers' memory was too small for which of one job's work: they are not asked again. */
final class MemoryLimits {
  private final Map<WorkerId, Integer> mostViews = new HashMap<>();
  private final Map<WorkerId, Set<WorkKind>> cannotDo = new HashMap<>();

  /**
   * @param largest how many views the worker found that it does hold
   */
  void learn(WorkerId worker, BatchTerms batch, int largest) {
    if (batch.kind() == WorkKind.FORWARD) {
      mostViews.merge(worker, Math.min(largest, batch.views() - 1), Math::min);
    } else {
      cannotDo.computeIfAbsent(worker, any -> EnumSet.noneOf(WorkKind.class)).add(batch.kind());
    }
  }

  boolean excludes(WorkerId worker, BatchTerms batch) {
    return batch.kind() == WorkKind.FORWARD
        ? mostViews.getOrDefault(worker, Integer.MAX_VALUE) < batch.views()
        : cannotDo.getOrDefault(worker, Set.of()).contains(batch.kind());
  }

  void forget(WorkerId worker) {
    mostViews.remove(worker);
    cannotDo.remove(worker);
  }

  /** Why nobody can do it, and what to do, in one sentence. */
  String sentence(BatchTerms batch, String lastWords) {
    if (batch.kind() != WorkKind.FORWARD) {
      return "no worker has enough memory for " + batch + ": " + lastWords;
    }
    int largest = mostViews.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    if (largest > 0) {
      return "no worker has enough memory for %s; the largest that fits is --view-batch %s"
          .formatted(batch, largest);
    }
    return "no worker has enough memory for even one tile of this image"
        + (batch.divisible() ? "; --view-batch half needs about half as much: " : ": ")
        + lastWords;
  }
}
