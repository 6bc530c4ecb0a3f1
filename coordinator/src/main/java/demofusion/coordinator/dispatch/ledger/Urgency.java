package demofusion.coordinator.dispatch.ledger;

/** In which order the work of jobs of one priority is done, the most urgent first. */
public enum Urgency {
  /** The picture waits for it. */
  PICTURE,
  /**
   * The picture's next timestep will wait for it: only where nothing of this one is left to do. As
   * soon as that timestep is open, the picture waits for it.
   */
  AHEAD,
  /** Previews: only where a worker would be idle otherwise. */
  PREVIEW
}
