package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.random.RandomStreams;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.protocol.latent.Latent;
import org.jspecify.annotations.Nullable;

/**
 * How far a render is, between two timesteps: all that it goes on from.
 *
 * @param random the streams, as far as they have been drawn from
 * @param history what the solver remembers of the phase
 * @param phaseIndex of the phase that the next timestep belongs to, from 0
 * @param step the next timestep's number within its phase's schedule, from 0
 * @param latent x
 * @param anchor moments of phase 1's final latent, or of the encoded picture
 * @param beginning of the phase that it is in
 * @param isBetween whether that phase is still to begin: then x is what the one before ended with,
 *     and the beginning that one's
 */
record RenderPosition(
    RandomStreams random,
    SolverHistory history,
    int phaseIndex,
    int step,
    Latent latent,
    @Nullable Moments anchor,
    PhaseBeginning beginning,
    boolean isBetween) {}
