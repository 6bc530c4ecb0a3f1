package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.model.ModelKind;

/**
 * What a worker said of itself.
 *
 * @param name for people; kept when it comes again
 * @param hardware of one word only if it gives the same bits
 * @param lanes forwards of one thread that run at once
 * @param credits how many leases it takes at once
 */
public record WorkerTerms(String name, ModelKind model, String hardware, int lanes, int credits) {
  public WorkerTerms {
    if (lanes < 1 || credits < 1) {
      throw new IllegalArgumentException(
          "worker " + name + " has " + lanes + " lanes and " + credits + " credits");
    }
  }

  /** What its device is called, without the software that it runs under. */
  String device() {
    int end = hardware.indexOf(", ");
    String name = end < 0 ? hardware : hardware.substring(0, end);
    return name.isBlank() ? model.device() : name;
  }

  /** How many forwards of so many threads run at once. */
  int lanes(int threads) {
    return Math.max(1, lanes / threads);
  }

  /** How many leases of so many threads it takes at once: as far ahead as with one thread. */
  int credits(int threads) {
    return Math.max(1, (int) ((long) credits * lanes(threads) / lanes));
  }
}
