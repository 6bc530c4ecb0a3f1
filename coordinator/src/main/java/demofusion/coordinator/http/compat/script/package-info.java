/**
 * Scripts of WebUI's extensions that mean something here: Tiled Diffusion, Tiled VAE, ControlNet.
 * Each reads its arguments as the extension does, and puts what they are here into a picture; what
 * is drawn otherwise is a note, a sentence for the answer. Read {@link
 * demofusion.coordinator.http.compat.script.TiledDiffusion} first.
 */
@NullMarked
package demofusion.coordinator.http.compat.script;

import org.jspecify.annotations.NullMarked;
