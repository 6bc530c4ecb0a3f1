package demofusion.coordinator.render;

import demofusion.coordinator.dispatch.DispatchObserver;

/**
 * Receives what happens on the farm, for metrics: to workers and batches, and to jobs from who
 * keeps them. Called on actors' threads, so it neither waits nor throws.
 */
public interface FarmObserver extends DispatchObserver {
  /** Where nobody listens. */
  FarmObserver NONE = new FarmObserver() {};

  /** Something happened to a job. */
  default void received(RenderEvent event) {}
}
