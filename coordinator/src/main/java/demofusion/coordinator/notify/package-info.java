/**
 * How somebody outside is told that a job is over: {@link demofusion.coordinator.notify.Webhook} at
 * an address of the job's, {@link demofusion.coordinator.notify.HookCommand} of the operator's.
 * What is told to whom, and how often it is tried, is decided elsewhere.
 */
@NullMarked
package demofusion.coordinator.notify;

import org.jspecify.annotations.NullMarked;
