/**
 * Solvers, as diffusers defines them: how a latent goes from one timestep to the next, given the
 * noise that the model predicts. Read {@link
 * demofusion.coordinator.diffusion.scheduler.step.Scheduler} first, then one of the algorithms, a
 * file each: {@code Ddim} is the shortest.
 *
 * <p>Symbols: ᾱ is the share of signal (diffusers' alphas_cumprod), α = √ᾱ, s = √(1 − ᾱ), and σ =
 * s/α the noise level, noise over signal. Everything is computed in double from the training
 * schedule in float32, as diffusers has it.
 */
@NullMarked
package demofusion.coordinator.diffusion.scheduler;

import org.jspecify.annotations.NullMarked;
