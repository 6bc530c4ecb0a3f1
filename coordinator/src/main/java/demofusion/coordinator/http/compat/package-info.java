/**
 * The APIs of other programs, for the clients that people already have: Stable Diffusion WebUI's
 * ({@link demofusion.coordinator.http.compat.StableDiffusionApi}, read first) and OpenAI's ({@link
 * demofusion.coordinator.http.compat.OpenAiApi}). Both translate into {@link
 * demofusion.coordinator.http.NewPicture} and wait for the jobs; nothing is decided here about
 * pictures.
 */
@NullMarked
package demofusion.coordinator.http.compat;

import org.jspecify.annotations.NullMarked;
