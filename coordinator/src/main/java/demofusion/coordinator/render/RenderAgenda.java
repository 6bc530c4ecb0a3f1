package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.protocol.FailureCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a {@link RenderSession} does next while it draws. While the views of one timestep
 * are with workers, the checkpoint of the one before is being written and pictures of earlier
 * phases are being made; only a timestep that is complete while the checkpoint before it is not
 * waits, so that a crash never costs more than one.
 *
 * <p>Pictures are made from the phases' files and hold no latent, but some tiles. So previews are
 * made one after another, and the job's picture as soon as it can be. One that the next phase waits
 * for is made at once, from the latent that the job still has.
 */
final class RenderAgenda {
  /** What to do now. */
  enum Next {
    /** Something that is under way has to end first. */
    WAIT,
    /** Compute the timestep, and open the one after it; or begin the next phase. */
    ADVANCE,
    /** Only pictures are left: have them hurried. */
    HURRY,
    /** Everything is there: write the report. */
    REPORT,
    /** The report is written: nothing is left. */
    END
  }

  private final Phase last;
  private final boolean previews;
  private final List<Phase> waiting; // for their pictures
  private @Nullable Phase awaited;
  private int picturesInTheMaking;
  private boolean isWriting;
  private boolean isComputed;
  private boolean isReported;

  /**
   * @param last the phase whose picture is the job's
   * @param previews whether the other phases' pictures are wanted
   * @param waiting phases whose latent is on disk and whose picture is not
   */
  RenderAgenda(Phase last, boolean previews, List<Phase> waiting) {
    this.last = last;
    this.previews = previews;
    this.waiting = new ArrayList<>(waiting);
  }

  /** Something is being written into the job's folder. */
  void writing() {
    isWriting = true;
  }

  void written() {
    isWriting = false;
  }

  /** There is no timestep left. */
  void computed() {
    isComputed = true;
  }

  boolean isComputed() {
    return isComputed;
  }

  /** The report is being written. */
  void reporting() {
    isReported = true;
    writing();
  }

  void phaseDone(PhaseResult result) {
    if (result.last() || previews) {
      waiting.add(result.phase());
    }
  }

  /** The next phase is made of this one's picture, whether anybody wants to see it or not. */
  void await(Phase phase) {
    awaited = phase;
    if (!waiting.contains(phase)) {
      waiting.add(phase);
    }
  }

  /** Whether nothing goes on without a phase's picture. */
  boolean isUrgent(Phase phase) {
    return phase.equals(last) || phase.equals(awaited);
  }

  /**
   * The pictures to begin now; while the phase's file may be what is being written, only the one
   * that the next phase waits for.
   */
  List<Phase> picturesToMake() {
    List<Phase> now = new ArrayList<>();
    for (Phase phase : waiting) {
      boolean isOnDisk = !isWriting && (picturesInTheMaking == 0 || isUrgent(phase));
      if (isOnDisk || phase.equals(awaited)) {
        picturesInTheMaking++;
        now.add(phase);
      }
    }
    waiting.removeAll(now);
    return now;
  }

  /** A picture is made, or cannot be. */
  void pictureEnded() {
    picturesInTheMaking--;
  }

  /** Whether answers go into a picture at this moment. */
  boolean isMakingPictures() {
    return picturesInTheMaking > 0;
  }

  boolean isReported() {
    return isReported;
  }

  /**
   * Whether the job ends because a phase's picture cannot be made. A preview is a pity, the job's
   * picture is the end, and one that the next phase is made of; on a full disk any can be made
   * later.
   */
  boolean isFatal(Phase phase, FailureCode code) {
    return isUrgent(phase) || code == FailureCode.DISK_FULL;
  }

  /** The same where a checkpoint follows. */
  Next next(boolean isComplete) {
    return next(isComplete, true);
  }

  /**
   * @param isComplete whether all views of the open timestep are answered, or all that the next
   *     phase waits for is there, and it is not being computed yet
   * @param isKept whether what is computed then goes into a checkpoint, so that the one before has
   *     to be on disk
   */
  Next next(boolean isComplete, boolean isKept) {
    if (!isComputed) {
      return isComplete && !(isWriting && isKept) ? Next.ADVANCE : Next.WAIT;
    }
    if (isReported) {
      return isWriting ? Next.WAIT : Next.END;
    }
    return isWriting || picturesInTheMaking > 0 ? Next.HURRY : Next.REPORT;
  }
}
