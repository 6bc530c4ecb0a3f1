package demofusion.coordinator.dispatch.ledger;

/** Names one incarnation of a worker: one that is started again is another. */
public record WorkerId(String value) {
  @Override
  public String toString() {
    return value;
  }
}
