/**
 * Commands that run a node or a farm on this machine until they are stopped. Read {@link
 * demofusion.deploy.command.node.CoordinatorCommand} first.
 */
@NullMarked
package demofusion.deploy.command.node;

import org.jspecify.annotations.NullMarked;
