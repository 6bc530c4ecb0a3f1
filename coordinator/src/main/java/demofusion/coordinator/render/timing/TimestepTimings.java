package demofusion.coordinator.render.timing;

/**
 * Where the time of one timestep went, in nanoseconds; the parts follow each other.
 *
 * @param scatterNanos the next timestep was cut into view batches
 * @param waitNanos view batches were with workers, or on their way
 * @param checkpointNanos everything was there, but not the checkpoint before
 * @param fuseNanos predictions were fused, and the solver made its step
 * @param barrierShare of the time of the workers that took part, what they had no more of this
 *     timestep to do while its last view batches were done: 0 to 1
 */
public record TimestepTimings(
    long scatterNanos, long waitNanos, long checkpointNanos, long fuseNanos, double barrierShare) {}
