package demofusion.coordinator.dispatch.ledger;

/** In which order the work of jobs of one priority is done, the most urgent first. */
public enum Urgency {
  /** The picture waits for it. */
  PICTURE,
  /** Previews: only where a worker would be idle otherwise. */
  PREVIEW
}
