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
 * @param workLeft what the rest of the picture takes, without its decoding, in guided views: views
 *     without guidance count half, pictures between phases what they take
 * @param workPerSecond at present, as {@link demofusion.coordinator.render.timing.RecentRate} has
 *     it; 0 if that is not known yet
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
    double workLeft,
    double workPerSecond) {
  /** Where all tiles take as long, and there is nothing else. */
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
        pictureTiles - pictureTilesDone,
        tilesPerSecond);
  }

  /** What the rest of the picture takes at this rate, without its decoding; 0 if not known yet. */
  public double secondsLeft() {
    return workPerSecond == 0 ? 0 : workLeft / workPerSecond;
  }
}
