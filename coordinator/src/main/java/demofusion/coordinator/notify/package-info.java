/**
 * Notifying the outside world that a job ended: {@link demofusion.coordinator.notify.Webhook} at an
 * address of the job's, {@link demofusion.coordinator.notify.HookCommand} of the operator's. What
 * is sent, to whom, and how often it is retried is decided elsewhere.
 */
@NullMarked
package demofusion.coordinator.notify;

import org.jspecify.annotations.NullMarked;
