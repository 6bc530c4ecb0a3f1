package demofusion.coordinator.render;

import demofusion.coordinator.dispatch.DispatcherCommand.Distrusted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whose answers are in what a job has made since its last checkpoint, should one of them turn out
 * to be wrong: then it goes back to that checkpoint. What was made before cannot be taken back, and
 * the user is told.
 */
final class Suspicion {
  private final Set<String> encoders = new HashSet<>(); // of what all timesteps are drawn with
  private final Set<String> sinceCheckpoint = new HashSet<>();
  private final Map<String, Long> answersBefore = new HashMap<>(); // the last checkpoint
  private final Map<String, Long> answersSince = new HashMap<>();
  private final Set<Distrusted> told = new HashSet<>();

  /** An answer to what comes before the first timestep. */
  void encoded(String worker) {
    encoders.add(worker);
  }

  /** An answer to the open timestep, or to what stands between two phases. */
  void fused(String worker) {
    sinceCheckpoint.add(worker);
    answersSince.merge(worker, 1L, Long::sum);
  }

  /** The next timestep is open, and a checkpoint of what was before is or will be on disk. */
  void passed() {
    sinceCheckpoint.clear();
    answersSince.forEach((worker, count) -> answersBefore.merge(worker, count, Long::sum));
    answersSince.clear();
  }

  /** The job goes on from its checkpoint, with nothing in hand. */
  void takenAgain() {
    encoders.clear();
    sinceCheckpoint.clear();
    answersSince.clear();
  }

  /**
   * Whether this was not said before and concerns the job.
   *
   * @param isMaking pictures, of whose windows nobody knows who decoded them
   */
  boolean isNews(Distrusted distrusted, boolean isMaking) {
    String worker = distrusted.worker();
    boolean concerns = isMaking || isOf(worker) || answersBefore.containsKey(worker);
    return concerns && told.add(distrusted);
  }

  /** Whether there is something of this worker's that can still be taken back. */
  boolean isOf(String worker) {
    return sinceCheckpoint.contains(worker) || encoders.contains(worker);
  }

  /** For the user. */
  String sentence(Distrusted distrusted, boolean isTakenAgain) {
    String found =
        "worker %s gives wrong numbers and is quarantined: %s"
            .formatted(distrusted.worker(), distrusted.evidence());
    String again = isTakenAgain ? "; the job goes back to its last checkpoint" : "";
    long earlier = answersBefore.getOrDefault(distrusted.worker(), 0L);
    String before =
        earlier > 0
            ? "; %s answers of its are in earlier timesteps of this job, and nobody knows whether those are right: draw the picture again to be sure"
                .formatted(earlier)
            : "";
    return found + again + before;
  }
}
