package demofusion.coordinator.dispatch.ledger;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who gets nothing more: workers that kept failing on batches that others did well, workers whose
 * answers were proved wrong, and workers that an operator drains or pauses. By name, so that it
 * also holds for a worker that comes again.
 *
 * <p>{@value #MOST_STRIKES} such failures quarantine a worker; every {@value #GOOD_BATCHES} batches
 * that it does well make up for one. Lost connections and late answers are no failures.
 */
final class WorkerQuarantine {
  private static final int MOST_STRIKES = 3;
  private static final int GOOD_BATCHES = 100;
  private static final int MOST_NAMES = 10_000; // names may be made up anew with each start

  /** What a worker has on its account. */
  private static final class Conduct {
    int strikes;
    int goodBatches;
    String lastWords = "";
  }

  private final Map<String, Conduct> conduct = new LinkedHashMap<>();
  private final Map<String, String> reasons = new LinkedHashMap<>();
  private final Set<String> distrusted = new LinkedHashSet<>();
  private final Set<String> drained = new LinkedHashSet<>();
  private final Set<String> paused = new LinkedHashSet<>(); // as many as WorkerPauses keeps

  /** What a failing worker said, should it turn out that the fault was its own. */
  void failed(String name, String sentence) {
    of(name).lastWords = sentence;
  }

  /** A batch was done well. */
  void didWell(String name) {
    Conduct conduct = this.conduct.get(name);
    if (conduct != null && ++conduct.goodBatches >= GOOD_BATCHES) {
      conduct.goodBatches = 0;
      if (--conduct.strikes <= 0) {
        this.conduct.remove(name);
      }
    }
  }

  /**
   * Somebody else did a batch well on which these had failed.
   *
   * @return how many workers were quarantined because of it
   */
  int strike(Collection<String> names) {
    int quarantined = 0;
    for (String name : names) {
      Conduct conduct = of(name);
      conduct.strikes++;
      if (conduct.strikes >= MOST_STRIKES && !reasons.containsKey(name)) {
        reasons.put(
            name,
            "it failed on %s batches that succeeded elsewhere, most recently with: %s"
                .formatted(conduct.strikes, conduct.lastWords));
        quarantined++;
      }
    }
    return quarantined;
  }

  /**
   * It was proved to be wrong, once and for all.
   *
   * @return how many workers were quarantined because of it
   */
  int distrust(String name, String reason) {
    distrusted.add(name);
    forgetOldest(distrusted);
    return reasons.put(name, reason) == null ? 1 : 0;
  }

  /** Whether its answers count for nothing, even those to what it has in hand. */
  boolean isDistrusted(String name) {
    return distrusted.contains(name);
  }

  private void drain(String name) {
    drained.add(name);
    forgetOldest(drained);
  }

  /** An operator changed how a worker stands. */
  void change(String name, WorkerChange change) {
    switch (change) {
      case DRAIN -> drain(name);
      case READMIT -> readmit(name);
      case PAUSE -> paused.add(name);
      case UNPAUSE -> paused.remove(name);
    }
  }

  /** With a clean slate; somebody who wants a device back still wants it. */
  private void readmit(String name) {
    drained.remove(name);
    reasons.remove(name);
    distrusted.remove(name);
    conduct.remove(name);
  }

  /** Whether a worker gets work. */
  boolean allows(String name) {
    return !reasons.containsKey(name) && !drained.contains(name) && !paused.contains(name);
  }

  boolean isDrained(String name) {
    return drained.contains(name);
  }

  /** Why it was quarantined, if it was. */
  Optional<String> quarantineReason(String name) {
    return Optional.ofNullable(reasons.get(name));
  }

  private Conduct of(String name) {
    forgetOldest(conduct.keySet());
    return conduct.computeIfAbsent(name, any -> new Conduct());
  }

  private static void forgetOldest(Set<String> names) {
    if (names.size() > MOST_NAMES) {
      names.remove(names.iterator().next());
    }
  }
}
