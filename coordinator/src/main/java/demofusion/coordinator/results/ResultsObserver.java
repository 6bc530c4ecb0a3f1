package demofusion.coordinator.results;

/** Is told what becomes of finished pictures on their way to the store; from any thread. */
public interface ResultsObserver {
  ResultsObserver NONE = new ResultsObserver() {};

  /** The store has confirmed all files of a job. */
  default void stored(int files, long bytes) {}

  /** The store could not be reached, or did not do what was asked of it; it is tried again. */
  default void failed() {}

  /**
   * How many finished jobs the store does not have yet.
   *
   * @param jobs of them
   */
  default void waiting(int jobs) {}

  /** The objects of a job that was removed here were removed there. */
  default void removed(int files) {}

  /** A file that was in the store alone is here again. */
  default void fetched(long bytes) {}

  /** A file that somebody wanted to see could not be fetched. */
  default void fetchFailed() {}

  /** Copies here of what the store has were removed. */
  default void copiesRemoved(int files, long bytes) {}
}
