/**
 * Options, by subject, and the conventions that all commands share. Read {@link
 * demofusion.deploy.command.option.CommandLineRequest} first: it turns the options of {@code
 * render} into what is asked of the coordinator.
 */
@NullMarked
package demofusion.deploy.command.option;

import org.jspecify.annotations.NullMarked;
