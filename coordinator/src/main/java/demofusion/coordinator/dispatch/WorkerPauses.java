package demofusion.coordinator.dispatch;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Workers whose devices somebody wants back, by name, with the time at which the farm has them
 * again; kept somewhere, so that a restarted coordinator leaves them alone too. Not for several
 * threads.
 */
public final class WorkerPauses {
  /** The end of a pause that somebody must end. */
  public static final Instant OPEN = Instant.MAX;

  private final Map<String, Instant> ends;
  private final Consumer<Map<String, Instant>> keeper;

  /**
   * @param known of an earlier run: ends by name, {@link #OPEN} where there is none
   * @param keeper is given all of them after each change, and neither waits nor throws
   */
  public WorkerPauses(Map<String, Instant> known, Consumer<Map<String, Instant>> keeper) {
    this.ends = new LinkedHashMap<>(known);
    this.keeper = keeper;
  }

  /** Nobody yet, and kept nowhere. */
  public WorkerPauses() {
    this(Map.of(), all -> {});
  }

  /** The names, in the order in which they were paused. */
  public List<String> names() {
    return List.copyOf(ends.keySet());
  }

  public boolean isEmpty() {
    return ends.isEmpty();
  }

  /** When a pause ends; empty if that worker is not paused. */
  public Optional<Instant> end(String worker) {
    return Optional.ofNullable(ends.get(worker));
  }

  /** In place of an earlier pause. */
  public void pause(String worker, Instant end) {
    ends.put(worker, end);
    keeper.accept(new LinkedHashMap<>(ends));
  }

  /**
   * @return whether it was paused
   */
  public boolean resume(String worker) {
    boolean wasPaused = ends.remove(worker) != null;
    if (wasPaused) {
      keeper.accept(new LinkedHashMap<>(ends));
    }
    return wasPaused;
  }

  /** Those whose time is over; they stay until they are resumed. */
  public List<String> over(Instant now) {
    return ends.entrySet().stream()
        .filter(pause -> !now.isBefore(pause.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
