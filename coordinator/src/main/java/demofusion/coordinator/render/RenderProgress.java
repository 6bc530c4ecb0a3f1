package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;

/**
 * How far a job has come. Tiles are views that the model has seen.
 *
 * @param timestep of the phase's schedule that is being done, from 1
 * @param timesteps of the phase's whole schedule
 * @param tilesDone of this timestep
 * @param tiles of this timestep
 * @param pictureTilesDone of all phases, an earlier run's included
 * @param pictureTiles of all phases
 * @param tilesPerSecond since this run began; 0 if that is not known yet
 */
public record RenderProgress(
    Phase phase,
    int timestep,
    int timesteps,
    int tilesDone,
    int tiles,
    double pictureTilesDone,
    long pictureTiles,
    double tilesPerSecond) {
  /** What the rest of the picture takes at this rate, without its decoding; 0 if not known yet. */
  public double secondsLeft() {
    return tilesPerSecond == 0 ? 0 : (pictureTiles - pictureTilesDone) / tilesPerSecond;
  }
}
