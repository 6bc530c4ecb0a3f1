package demofusion.coordinator.render;

import java.time.Instant;

/**
 * Where a run's time went, from its first view batch to the end of its last timestep.
 *
 * @param begun when the first view batches were handed out
 * @param ended when the last timestep was computed
 * @param waitSeconds view batches were with workers, or on their way
 * @param computeSeconds the coordinator fused, made a solver's step and opened the next timestep
 * @param checkpointSeconds a complete timestep waited for the checkpoint before it
 */
public record StepTimes(
    Instant begun,
    Instant ended,
    double waitSeconds,
    double computeSeconds,
    double checkpointSeconds) {}
