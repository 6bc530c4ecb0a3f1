/**
 * The command line. {@link demofusion.deploy.command.DemofusionCommand} (read first) names the
 * commands; the options of {@code render} lie in classes by subject, and {@link
 * demofusion.deploy.command.option.CommandLineRequest} turns them into what is asked of the
 * coordinator.
 */
@NullMarked
package demofusion.deploy.command;

import org.jspecify.annotations.NullMarked;
