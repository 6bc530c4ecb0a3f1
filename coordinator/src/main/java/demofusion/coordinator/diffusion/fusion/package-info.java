/**
 * How the predictions of many views become one. Read {@link
 * demofusion.coordinator.diffusion.fusion.NoiseFusion} first.
 */
@NullMarked
package demofusion.coordinator.diffusion.fusion;

import org.jspecify.annotations.NullMarked;
