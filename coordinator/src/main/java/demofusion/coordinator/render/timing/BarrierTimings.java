package demofusion.coordinator.render.timing;

/**
 * Where the time between two phases went, in nanoseconds; the parts follow each other.
 *
 * @param windows of the picture that the VAE's encoder saw; 0 where the phase needs none
 * @param pictureNanos the picture of the phase before was with workers, until its first rows were
 *     there; until all of it was, where no windows are needed
 * @param encodeNanos its windows were with workers or on their way, and at first its other rows
 * @param computeNanos the coordinator read the picture, and began the next phase
 */
public record BarrierTimings(int windows, long pictureNanos, long encodeNanos, long computeNanos) {}
