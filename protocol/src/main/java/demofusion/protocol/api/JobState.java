package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a job stands. */
public enum JobState {
  /** On disk, and waits for its turn. */
  QUEUED,
  RUNNING,
  /**
   * Unfinished and not going on, for a reason that passes: the disk is full, no worker has its
   * model.
   */
  PAUSED,
  DONE,
  FAILED,
  CANCELLED;

  /** Whether nothing more happens to it unless somebody asks. */
  public boolean isOver() {
    return this == DONE || this == FAILED || this == CANCELLED;
  }

  /** As it is written in JSON and on the command line. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
