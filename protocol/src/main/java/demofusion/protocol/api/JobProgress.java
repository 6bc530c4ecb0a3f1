package demofusion.protocol.api;

/** How far a job has come. */
@Schema("A job's progress.")
public record JobProgress(
    @Schema("From 1.") int phase,
    int phases,
    @Schema("Of this phase, from 1; 0 while the picture that it begins with is made and encoded.")
        int timestep,
    int timesteps,
    @Schema("Views of this timestep that are predicted; before it, windows that are encoded.")
        int tilesDone,
    int tiles,
    @Schema(value = "Of the whole picture.", rules = "minimum: 0, maximum: 1") double fraction,
    @Schema("0 if not known yet.") double tilesPerSecond,
    @Schema("Without the decoding; 0 if not known yet.") double secondsLeft) {}
