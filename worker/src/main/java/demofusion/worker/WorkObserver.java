package demofusion.worker;

import demofusion.protocol.FailureCode;
import demofusion.protocol.work.Work;
import demofusion.worker.energy.Energy;

/**
 * Hears what one {@link TileWorker} does, for metrics. Called on the actor's thread, so it neither
 * waits nor throws.
 */
public interface WorkObserver {
  /** Where nobody listens. */
  WorkObserver NONE = new WorkObserver() {};

  /** How much it has in hand now: running on its lanes, and waiting for one. */
  default void holds(int running, int waiting) {}

  /**
   * @param waitedNanos before it began
   * @param deviceNanos that it took
   */
  default void done(Work work, long waitedNanos, long deviceNanos) {}

  /** What the card took for it, as {@code done} told. */
  default void took(Energy energy) {}

  default void failed(Work work, FailureCode code) {}

  /** Work that was not begun was given back: withdrawn, or the worker is about to end. */
  default void handedBack() {}

  /** An answer did not leave this node. */
  default void answerDropped() {}
}
