package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What becomes of a job, as its listener hears it; {@link Finished} or {@link Failed} is the last.
 */
public sealed interface RenderEvent {
  JobId job();

  /** The request is on disk: from here on the job survives the death of any process. */
  record Accepted(JobId job, Path folder) implements RenderEvent {}

  /**
   * The request fits the model, and work begins.
   *
   * @param timestepsDone how many timesteps of all phases were done before, in an earlier run
   * @param timesteps of all phases
   */
  record Planned(JobId job, RenderPlan plan, long timestepsDone, long timesteps)
      implements RenderEvent {}

  /** Something that the user may want to know, in one sentence. */
  record Warning(JobId job, String sentence) implements RenderEvent {}

  /** A unit of work came back. */
  record Progressed(JobId job, RenderProgress progress) implements RenderEvent {}

  /** A timestep was computed. */
  record TimestepDone(JobId job, Phase phase, StepAnatomy anatomy) implements RenderEvent {}

  /** What was done is on disk: a crash would cost no more than what came after. */
  record CheckpointWritten(JobId job) implements RenderEvent {}

  /** All timesteps of a phase are done. */
  record PhaseDone(JobId job, Phase phase, Duration time) implements RenderEvent {}

  /** A phase's picture is there, under its final name. */
  record PreviewWritten(JobId job, Phase phase, Path file) implements RenderEvent {}

  /** The picture is there, under its final name. */
  record Finished(JobId job, Path image, RenderReport report) implements RenderEvent {}

  /**
   * The job is over without a picture. What it had done is in its folder.
   *
   * @param sentence for the user
   */
  record Failed(JobId job, FailureCode code, String sentence) implements RenderEvent {}
}
