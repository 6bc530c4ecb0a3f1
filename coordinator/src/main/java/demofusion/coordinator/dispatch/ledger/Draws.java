package demofusion.coordinator.dispatch.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The batches that are draws of one and the same unit, so that their answers can be compared: each
 * goes to the worker that has drawn the unit least often, of those that could. Where one worker is
 * all there is, it draws all of them.
 *
 * <p>Only equal hardware gives equal bits: all draws go to workers of the hardware that the first
 * one went to, as long as there are any. An answer of other hardware is no witness.
 */
public final class Draws {
  private static final int LAST = 1_000_000;

  private final List<LedgerBatch> batches = new ArrayList<>();
  private final Map<WorkerId, Integer> answered = new HashMap<>();
  private final Set<Long> incomparable = new HashSet<>(); // batches
  private @Nullable String hardware; // null until somebody has one in hand

  void add(LedgerBatch batch) {
    batches.add(batch);
  }

  /** Somebody begins with one of them. */
  void begun(String on) {
    if (hardware == null) {
      hardware = on;
    }
  }

  void answered(LedgerBatch batch, WorkerId worker, String by) {
    batches.remove(batch);
    if (answered.isEmpty()) {
      hardware = by;
    }
    if (!by.equals(hardware)) {
      incomparable.add(batch.number);
    }
    answered.merge(worker, 1, Integer::sum);
  }

  /** Whether a batch was answered by other hardware than the first one was. */
  public boolean isIncomparable(long batch) {
    return incomparable.contains(batch);
  }

  private boolean isOf(LedgerWorker worker) {
    return hardware == null || hardware.equals(worker.terms.hardware());
  }

  /** The lower, the sooner a worker is asked for this draw. */
  int rank(LedgerWorker worker, LedgerBatch draw) {
    return (isOf(worker) ? 0 : LAST) + by(worker.id, draw);
  }

  /** How often a worker has drawn the unit or has it in hand, but for this draw. */
  private int by(WorkerId worker, LedgerBatch except) {
    long inHand = batches.stream().filter(one -> one != except && one.isHeldBy(worker)).count();
    return answered.getOrDefault(worker, 0) + (int) inHand;
  }
}
