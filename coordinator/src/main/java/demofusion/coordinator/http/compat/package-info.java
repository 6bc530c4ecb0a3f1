/**
 * The APIs of other programs, for existing clients: Stable Diffusion WebUI's ({@link
 * demofusion.coordinator.http.compat.StableDiffusionApi}, read first) and OpenAI's ({@link
 * demofusion.coordinator.http.compat.openai.OpenAiApi}). Both translate into {@link
 * demofusion.protocol.api.request.NewPicture} and wait for the jobs; nothing is decided here about
 * images.
 */
@NullMarked
package demofusion.coordinator.http.compat;

import org.jspecify.annotations.NullMarked;
