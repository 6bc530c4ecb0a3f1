/**
 * Commands that talk to a running farm: submit, jobs, workers and so on. Read {@link
 * demofusion.deploy.command.farm.SubmitCommand} first.
 */
@NullMarked
package demofusion.deploy.command.farm;

import org.jspecify.annotations.NullMarked;
