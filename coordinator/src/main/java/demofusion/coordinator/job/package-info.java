/**
 * The farm's jobs over their whole life: the request and its owner, the outcome, what is kept. Read
 * {@link demofusion.coordinator.job.Jobs} first: its messages are everything one can ask of them.
 * Each job's folder is the source of truth; what is here only caches it.
 */
@NullMarked
package demofusion.coordinator.job;

import org.jspecify.annotations.NullMarked;
