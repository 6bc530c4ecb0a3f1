package demofusion.protocol.api;

/** How far a job has come. */
@Schema("A job's progress.")
public record JobProgress(
    @Schema("From 1.") int phase,
    int phases,
    @Schema("Of this phase, from 1.") int timestep,
    int timesteps,
    @Schema("Views of this timestep that are predicted.") int tilesDone,
    int tiles,
    @Schema(value = "Of the whole picture.", rules = "minimum: 0, maximum: 1") double fraction,
    @Schema("0 if not known yet.") double tilesPerSecond,
    @Schema("Without the decoding; 0 if not known yet.") double secondsLeft) {}
