/**
 * Predictions of several prompts, mixed view by view (conditioning section 3): {@link
 * demofusion.coordinator.diffusion.mixture.RegionWeights} says how much each prompt counts where,
 * {@link demofusion.coordinator.diffusion.mixture.ViewGroups} which prompts each view is predicted
 * with, in which units of work, and {@link demofusion.coordinator.diffusion.mixture.ViewGroup}
 * mixes the answers.
 */
@NullMarked
package demofusion.coordinator.diffusion.mixture;

import org.jspecify.annotations.NullMarked;
