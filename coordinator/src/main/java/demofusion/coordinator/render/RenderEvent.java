package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.timing.BarrierTimings;
import demofusion.coordinator.render.timing.TimestepTimings;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of a job, as reported to its listener; {@link Finished} or {@link Failed} is the
 * last.
 */
public sealed interface RenderEvent {
  /** Who does something about events; a new one does not compile until all of them know it. */
  interface Visitor {
    void accepted(Accepted accepted);

    void planned(Planned planned);

    void warning(Warning warning);

    void progressed(Progressed progressed);

    void timestepDone(TimestepDone done);

    void checkpointWritten(CheckpointWritten written);

    void phaseDone(PhaseDone done);

    void barrierPassed(BarrierPassed passed);

    void previewWritten(PreviewWritten written);

    void finished(Finished finished);

    void failed(Failed failed);
  }

  JobId job();

  void accept(Visitor visitor);

  /** This event, if it is the last of its job. */
  default Optional<Last> last() {
    return Optional.empty();
  }

  /** How a job ends. */
  sealed interface Last extends RenderEvent {
    @Override
    default Optional<Last> last() {
      return Optional.of(this);
    }

    /**
     * The picture.
     *
     * @throws DemofusionException if there is none
     */
    Finished picture();

    default boolean hasPicture() {
      return false;
    }
  }

  /** For tools that look for few events, and need not know of a new one. */
  class Ignoring implements Visitor {
    @Override
    public void accepted(Accepted accepted) {}

    @Override
    public void planned(Planned planned) {}

    @Override
    public void warning(Warning warning) {}

    @Override
    public void progressed(Progressed progressed) {}

    @Override
    public void timestepDone(TimestepDone done) {}

    @Override
    public void checkpointWritten(CheckpointWritten written) {}

    @Override
    public void phaseDone(PhaseDone done) {}

    @Override
    public void barrierPassed(BarrierPassed passed) {}

    @Override
    public void previewWritten(PreviewWritten written) {}

    @Override
    public void finished(Finished finished) {}

    @Override
    public void failed(Failed failed) {}
  }

  /** The request is on disk: from here on the job survives the death of any process. */
  record Accepted(JobId job, Path folder) implements RenderEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.accepted(this);
    }
  }

  /**
   * The request fits the model, and work begins.
   *
   * @param timestepsDone how many timesteps of all phases were done before, in an earlier run
   * @param timesteps of all phases
   */
  record Planned(JobId job, RenderPlan plan, long timestepsDone, long timesteps)
      implements RenderEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.planned(this);
    }
  }

  /** Something that the user may want to know, in one sentence. */
  record Warning(JobId job, String sentence) implements RenderEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.warning(this);
    }
  }

  /** A view batch came back. */
  record Progressed(JobId job, RenderProgress progress) implements RenderEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.progressed(this);
    }
  }

  /** A timestep was computed. */
  record TimestepDone(JobId job, Phase phase, TimestepTimings timings) implements RenderEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.timestepDone(this);
    }
  }

  /** What was done is on disk: a crash would cost no more than what came after. */
  record CheckpointWritten(JobId job) implements RenderEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.checkpointWritten(this);
    }
  }

  /** All timesteps of a phase are done. */
  record PhaseDone(JobId job, Phase phase, Duration time) implements RenderEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.phaseDone(this);
    }
  }

  /**
   * A phase has begun that needed the picture of the one before.
   *
   * @param phase that has begun
   */
  record BarrierPassed(JobId job, Phase phase, BarrierTimings timings) implements RenderEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.barrierPassed(this);
    }
  }

  /** A phase's picture is there, under its final name. */
  record PreviewWritten(JobId job, Phase phase, Path file) implements RenderEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.previewWritten(this);
    }
  }

  /** The picture is there, under its final name. */
  record Finished(JobId job, Path image, RenderReport report) implements Last {
    @Override
    public void accept(Visitor visitor) {
      visitor.finished(this);
    }

    @Override
    public Finished picture() {
      return this;
    }

    @Override
    public boolean hasPicture() {
      return true;
    }
  }

  /**
   * The job is over without a picture. What it had done is in its folder.
   *
   * @param sentence for the user
   */
  record Failed(JobId job, FailureCode code, String sentence) implements Last {
    @Override
    public void accept(Visitor visitor) {
      visitor.failed(this);
    }

    @Override
    public Finished picture() {
      throw new DemofusionException(code, sentence);
    }
  }
}
