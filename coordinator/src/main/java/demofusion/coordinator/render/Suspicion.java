package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.dispatch.DispatcherCommand.Distrusted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whose answers are in what a job has made since its last checkpoint, should one of them turn out
 * to be wrong: then it goes back to that checkpoint, and the pictures that it has decoded are made
 * again. What else was made before cannot be taken back, and the user is told.
 */
final class Suspicion {
  private final Set<String> encoders = new HashSet<>(); // of what all timesteps are drawn with
  private final Set<String> sinceCheckpoint = new HashSet<>();
  private final List<String> ahead = new ArrayList<>(); // of the timestep after the open one
  private final Map<String, Long> answersBefore = new HashMap<>(); // the last checkpoint
  private final Map<String, Long> answersSince = new HashMap<>();
  private final Map<Phase, Set<String>> decoders = new HashMap<>(); // of pictures that are made
  private final Set<String> accused = new HashSet<>(); // since it was last taken again
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

  /**
   * The same.
   *
   * @param isAhead whether it is one to the timestep after that
   */
  void fused(String worker, boolean isAhead) {
    if (isAhead) {
      ahead.add(worker);
    } else {
      fused(worker);
    }
  }

  /** The next timestep is open, and a checkpoint of what was before is or will be on disk. */
  void passed() {
    sinceCheckpoint.clear();
    answersSince.forEach((worker, count) -> answersBefore.merge(worker, count, Long::sum));
    answersSince.clear();
    ahead.forEach(this::fused);
    ahead.clear();
  }

  /** Of a phase's picture rows are there, which the next phase is made of. */
  void decoding(PictureAssembly.Rows rows) {
    for (String worker : rows.workers()) {
      if (decoders.computeIfAbsent(rows.phase(), phase -> new HashSet<>()).add(worker)) {
        fused(worker);
      }
    }
  }

  /**
   * A phase's picture is made.
   *
   * @param isAwaited whether the next phase is made of it
   */
  void decoded(PictureAssembly.Done picture, boolean isAwaited) {
    Set<String> known = decoders.computeIfAbsent(picture.phase(), phase -> new HashSet<>());
    for (String worker : picture.workers()) {
      if (known.add(worker) && isAwaited) {
        fused(worker);
      }
    }
  }

  /**
   * The job goes on from its checkpoint, with nothing in hand.
   *
   * @return the phases whose pictures are wrong, and to be made again
   */
  Set<Phase> takenAgain() {
    Set<Phase> wrong = new HashSet<>();
    accused.forEach(worker -> wrong.addAll(picturesOf(worker)));
    accused.clear();
    decoders.keySet().removeAll(wrong);
    encoders.clear();
    sinceCheckpoint.clear();
    answersSince.clear();
    ahead.clear();
    return wrong;
  }

  /** The phases of whose pictures a worker has decoded something. */
  private Set<Phase> picturesOf(String worker) {
    Set<Phase> phases = new HashSet<>();
    decoders.forEach(
        (phase, workers) -> {
          if (workers.contains(worker)) {
            phases.add(phase);
          }
        });
    return phases;
  }

  /**
   * Whether this was not said before and concerns the job.
   *
   * @param isMaking pictures, of whose windows nobody knows who decoded them
   */
  boolean isNews(Distrusted distrusted, boolean isMaking) {
    String worker = distrusted.worker();
    boolean concerns = isMaking || isOf(worker) || answersBefore.containsKey(worker);
    accused.add(worker);
    return concerns && told.add(distrusted);
  }

  /** Whether there is something of this worker's that can still be taken back. */
  boolean isOf(String worker) {
    return sinceCheckpoint.contains(worker)
        || ahead.contains(worker)
        || encoders.contains(worker)
        || !picturesOf(worker).isEmpty();
  }

  /** For the user. */
  String sentence(Distrusted distrusted, boolean isTakenAgain) {
    String found =
        "worker %s gives wrong numbers and is quarantined: %s"
            .formatted(distrusted.worker(), distrusted.evidence());
    String again = isTakenAgain ? "; the job goes back to its last checkpoint" : "";
    String pictures =
        isTakenAgain && !picturesOf(distrusted.worker()).isEmpty()
            ? "; the pictures that it has decoded are decoded again by others"
            : "";
    long earlier = answersBefore.getOrDefault(distrusted.worker(), 0L);
    String before =
        earlier > 0
            ? "; %s answers of its are in earlier timesteps of this job, and nobody knows whether those are right: draw the picture again to be sure"
                .formatted(earlier)
            : "";
    return found + again + pictures + before;
  }
}
