package demofusion.coordinator.render;

import java.time.Instant;

/**
 * Where a run's time went, from its first unit of work to the end of its last timestep.
 *
 * @param begun when the first units were handed out
 * @param ended when the last timestep was computed
 * @param waitSeconds units were with workers, or on their way
 * @param computeSeconds the coordinator fused, made a solver's step and opened the next timestep
 * @param checkpointSeconds a complete timestep waited for the checkpoint before it
 */
public record StepTimes(
    Instant begun,
    Instant ended,
    double waitSeconds,
    double computeSeconds,
    double checkpointSeconds) {}
