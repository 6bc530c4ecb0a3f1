package demofusion.coordinator.dispatch.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Workers that were proved to be wrong, by name, with the evidence; kept somewhere, so that a
 * restarted coordinator believes them as little. Not for several threads.
 */
public final class DistrustedWorkers {
  private static final int MOST_NAMES = 10_000; // names may be made up anew with each start

  private final Map<String, String> evidence;
  private final Consumer<Map<String, String>> keeper;

  /**
   * @param known of an earlier run
   * @param keeper is given all of them after each change, and neither waits nor throws
   */
  public DistrustedWorkers(Map<String, String> known, Consumer<Map<String, String>> keeper) {
    this.evidence = new LinkedHashMap<>(known);
    this.keeper = keeper;
  }

  /** Nobody yet, and kept nowhere. */
  public DistrustedWorkers() {
    this(Map.of(), all -> {});
  }

  /** The evidence by worker, in the order in which they were found out. */
  public Map<String, String> all() {
    return new LinkedHashMap<>(evidence);
  }

  public void add(String worker, String sentence) {
    evidence.put(worker, sentence);
    if (evidence.size() > MOST_NAMES) {
      evidence.remove(evidence.keySet().iterator().next());
    }
    keeper.accept(all());
  }

  /** An operator believes it again. */
  public void remove(String worker) {
    if (evidence.remove(worker) != null) {
      keeper.accept(all());
    }
  }
}
