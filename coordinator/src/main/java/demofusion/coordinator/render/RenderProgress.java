package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;

/**
 * How far a job has come. Tiles are views that the model has seen; or, before a phase's first
 * timestep, the windows of the picture before that the VAE's encoder has.
 *
 * @param timestep of the phase's schedule that is being done, from 1; 0 while the phase is made
 *     ready
 * @param timesteps of the phase's whole schedule
 * @param tilesDone of this timestep
 * @param tiles of this timestep
 * @param pictureTilesDone of all phases, an earlier run's included
 * @param pictureTiles of all phases
 * @param tilesPerSecond since this run began; 0 if that is not known yet
 * @param barrierTilesLeft what the pictures between phases still take, in as many tiles
 */
public record RenderProgress(
    Phase phase,
    int timestep,
    int timesteps,
    int tilesDone,
    int tiles,
    double pictureTilesDone,
    long pictureTiles,
    double tilesPerSecond,
    double barrierTilesLeft) {
  /** Of a method without anything between its phases. */
  public RenderProgress(
      Phase phase,
      int timestep,
      int timesteps,
      int tilesDone,
      int tiles,
      double pictureTilesDone,
      long pictureTiles,
      double tilesPerSecond) {
    this(
        phase,
        timestep,
        timesteps,
        tilesDone,
        tiles,
        pictureTilesDone,
        pictureTiles,
        tilesPerSecond,
        0);
  }

  /** What the rest of the picture takes at this rate, without its decoding; 0 if not known yet. */
  public double secondsLeft() {
    return tilesPerSecond == 0
        ? 0
        : (pictureTiles - pictureTilesDone + barrierTilesLeft) / tilesPerSecond;
  }
}
