package demofusion.coordinator.render;

import demofusion.coordinator.dispatch.DispatchObserver;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import java.time.Duration;

/**
 * Receives what happens on the farm, for metrics: to workers and batches, and to jobs from who
 * keeps them. Called on actors' threads, so it neither waits nor throws.
 */
public interface FarmObserver extends DispatchObserver {
  /** Where nobody listens. */
  FarmObserver NONE = new FarmObserver() {};

  /**
   * A job begins, or goes on under another coordinator or after a pause.
   *
   * @param owner its token's name
   * @param model its model's name
   * @param waited since it was submitted, or since it last stopped
   * @param isFirst whether it never was begun before
   */
  default void begun(JobId job, String owner, String model, Duration waited, boolean isFirst) {}

  /**
   * A job that begins next was submitted by a request that is part of a trace.
   *
   * @param parent the span that sent the request
   */
  default void traced(JobId job, TraceParent parent) {}

  /** Something happened to a job. */
  default void received(RenderEvent event) {}
}
