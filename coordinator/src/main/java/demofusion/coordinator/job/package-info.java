/**
 * The farm's jobs for weeks: what was asked for and by whom, what became of it, what is kept. Read
 * {@link demofusion.coordinator.job.Jobs} first: everything that can be asked of them. Each job's
 * folder is the truth; what is here only caches it.
 */
@NullMarked
package demofusion.coordinator.job;

import org.jspecify.annotations.NullMarked;
