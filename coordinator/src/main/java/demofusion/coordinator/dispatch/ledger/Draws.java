package demofusion.coordinator.dispatch.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The batches that are draws of one and the same unit, so that their answers can be compared: each
 * goes to the worker that has drawn the unit least often, of those that could. Where one worker is
 * all there is, it draws all of them.
 */
public final class Draws {
  private final List<LedgerBatch> batches = new ArrayList<>();
  private final Map<WorkerId, Integer> answered = new HashMap<>();

  void add(LedgerBatch batch) {
    batches.add(batch);
  }

  void answered(LedgerBatch batch, WorkerId worker) {
    batches.remove(batch);
    answered.merge(worker, 1, Integer::sum);
  }

  /** How often a worker has drawn the unit or has it in hand, but for this draw. */
  int by(WorkerId worker, LedgerBatch except) {
    long inHand = batches.stream().filter(one -> one != except && one.isHeldBy(worker)).count();
    return answered.getOrDefault(worker, 0) + (int) inHand;
  }
}
