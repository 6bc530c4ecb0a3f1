/**
 * What a solver is, and the linear steps that all of them are made of. Read {@link
 * demofusion.coordinator.diffusion.scheduler.step.Scheduler} first.
 */
@NullMarked
package demofusion.coordinator.diffusion.scheduler.step;

import org.jspecify.annotations.NullMarked;
