package demofusion.coordinator.dispatch.ledger;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Workers that an operator wants to get nothing, by name; kept somewhere, so that a restarted
 * coordinator gives them nothing either. Not for several threads.
 */
public final class DrainedWorkers {
  private static final int MOST_NAMES = 10_000; // names may be made up anew with each start

  private final Set<String> names;
  private final Consumer<List<String>> keeper;

  /**
   * @param known of an earlier run
   * @param keeper is given all of them after each change, and neither waits nor throws
   */
  public DrainedWorkers(List<String> known, Consumer<List<String>> keeper) {
    this.names = new LinkedHashSet<>(known);
    this.keeper = keeper;
  }

  /** Nobody yet, and kept nowhere. */
  public DrainedWorkers() {
    this(List.of(), all -> {});
  }

  /** In the order in which they were drained. */
  public List<String> names() {
    return List.copyOf(names);
  }

  public void add(String worker) {
    if (names.add(worker)) {
      if (names.size() > MOST_NAMES) {
        names.remove(names.iterator().next());
      }
      keeper.accept(names());
    }
  }

  /** It gets work again. */
  public void remove(String worker) {
    if (names.remove(worker)) {
      keeper.accept(names());
    }
  }
}
