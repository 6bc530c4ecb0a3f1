/**
 * The command that renders on this machine. Read {@link
 * demofusion.deploy.command.render.RenderCommand} first.
 */
@NullMarked
package demofusion.deploy.command.render;

import org.jspecify.annotations.NullMarked;
