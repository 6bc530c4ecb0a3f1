/** Options of what a coordinator tells tracing systems. */
@NullMarked
package demofusion.deploy.command.option.trace;

import org.jspecify.annotations.NullMarked;
