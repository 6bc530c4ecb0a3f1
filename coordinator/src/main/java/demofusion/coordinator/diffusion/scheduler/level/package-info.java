/**
 * Noise levels: how much noise a model was trained on at each timestep, and which of that a
 * trajectory visits. Read {@link demofusion.coordinator.diffusion.scheduler.level.NoiseLevels}
 * first; the spacings are a file each.
 */
@NullMarked
package demofusion.coordinator.diffusion.scheduler.level;

import org.jspecify.annotations.NullMarked;
