package demofusion.coordinator.dispatch.ledger;

/** What an operator does with the workers of a name; holds until the opposite is done. */
public enum WorkerChange {
  DRAIN,
  /** Whoever was drained or quarantined gets work again, with a clean slate. */
  READMIT,
  /** Somebody wants the device back. */
  PAUSE,
  UNPAUSE
}
