/** Where images and latents go: read {@link demofusion.deploy.command.output.OutputPlace} first. */
@NullMarked
package demofusion.deploy.command.output;

import org.jspecify.annotations.NullMarked;
