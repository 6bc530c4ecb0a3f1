/**
 * Jobs as they are kept: one by one in its folder, and all of them in mind. Read {@link
 * demofusion.coordinator.job.record.JobRecord} first, which is the truth; {@link
 * demofusion.coordinator.job.record.Job} only caches it.
 */
@NullMarked
package demofusion.coordinator.job.record;

import org.jspecify.annotations.NullMarked;
