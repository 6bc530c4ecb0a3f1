/**
 * Commands that measure and compare: plan, compare, study, bench. Read {@link
 * demofusion.deploy.command.lab.CompareCommand} first.
 */
@NullMarked
package demofusion.deploy.command.lab;

import org.jspecify.annotations.NullMarked;
