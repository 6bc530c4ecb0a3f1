/**
 * The options of ControlNets, and the files that they name. Read {@link
 * demofusion.deploy.command.option.control.ControlOptions} first.
 */
@NullMarked
package demofusion.deploy.command.option.control;

import org.jspecify.annotations.NullMarked;
