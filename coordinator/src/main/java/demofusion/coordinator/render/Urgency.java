package demofusion.coordinator.render;

/** In which order one job's work is done, the most urgent first. */
public enum Urgency {
  /** The picture waits for it. */
  PICTURE,
  /** Previews: only where a worker would be idle otherwise. */
  PREVIEW
}
