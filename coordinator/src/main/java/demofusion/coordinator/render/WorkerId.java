package demofusion.coordinator.render;

/** Names one incarnation of a worker: one that is started again is another. */
record WorkerId(String value) {
  @Override
  public String toString() {
    return value;
  }
}
