package demofusion.coordinator.job;

/**
 * How far a job has come.
 *
 * @param phase from 1
 * @param timestep of this phase, from 1
 * @param tilesDone views of this timestep that are predicted
 * @param fraction of the whole picture's tiles, 0 to 1
 * @param tilesPerSecond 0 if not known yet
 * @param secondsLeft without the decoding; 0 if not known yet
 */
public record JobProgress(
    int phase,
    int phases,
    int timestep,
    int timesteps,
    int tilesDone,
    int tiles,
    double fraction,
    double tilesPerSecond,
    double secondsLeft) {}
