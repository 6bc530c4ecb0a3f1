/**
 * How jobs end: they complete and their submitter is notified, are resumed, or are removed. Read
 * {@link demofusion.coordinator.job.settle.JobCompletion} first.
 */
@NullMarked
package demofusion.coordinator.job.settle;

import org.jspecify.annotations.NullMarked;
