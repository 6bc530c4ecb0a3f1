package demofusion.coordinator.render;

import demofusion.coordinator.dispatch.DispatcherCommand.Distrusted;
import java.util.HashSet;
import java.util.Set;

/**
 * Whose answers are in what a job has made since its last checkpoint, should one of them turn out
 * to be wrong: then it goes back to that checkpoint. What was made before cannot be taken back, and
 * the user is told.
 */
final class Suspicion {
  private final Set<String> encoders = new HashSet<>(); // of what all timesteps are drawn with
  private final Set<String> sinceCheckpoint = new HashSet<>();
  private long answers; // since the job was opened at the dispatcher
  private long answersBefore; // of them, before the last checkpoint

  /** An answer to what comes before the first timestep. */
  void encoded(String worker) {
    encoders.add(worker);
  }

  /** An answer to the open timestep, or to what stands between two phases. */
  void fused(String worker) {
    sinceCheckpoint.add(worker);
    answers++;
  }

  /** The next timestep is open, and a checkpoint of what was before is or will be on disk. */
  void passed() {
    sinceCheckpoint.clear();
    answersBefore = answers;
  }

  /** The job goes on from its checkpoint, with nothing in hand. */
  void takenAgain() {
    encoders.clear();
    sinceCheckpoint.clear();
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
    String before =
        answersBefore > 0
            ? "; of its %s answers to this job some may be in earlier timesteps, and nobody knows whether those are right: draw the picture again to be sure"
                .formatted(distrusted.answers())
            : "";
    return found + again + before;
  }
}
