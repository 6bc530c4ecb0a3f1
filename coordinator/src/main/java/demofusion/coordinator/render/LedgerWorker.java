package demofusion.coordinator.render;

import demofusion.protocol.LeaseId;
import java.util.LinkedHashSet;
import java.util.Set;

/** One worker, as the {@link LeaseLedger} knows it: what it has in hand, what it may still take. */
final class LedgerWorker {
  final WorkerId id;
  final String name;
  final String modelHash;
  private final int credits;
  private final Set<LeaseId> inHand = new LinkedHashSet<>();

  /**
   * @param credits how many leases it takes at once
   */
  LedgerWorker(WorkerId id, String name, String modelHash, int credits) {
    this.id = id;
    this.name = name;
    this.modelHash = modelHash;
    this.credits = credits;
  }

  boolean hasCredit() {
    return inHand.size() < credits;
  }

  int load() {
    return inHand.size();
  }

  void take(LeaseId lease) {
    inHand.add(lease);
  }

  /** An answer gives a credit back, but only once. */
  void giveBack(LeaseId lease) {
    inHand.remove(lease);
  }

  Set<LeaseId> inHand() {
    return inHand;
  }
}
