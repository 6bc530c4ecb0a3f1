/**
 * What becomes of jobs in the end: they are over and somebody is told so, they are taken up again,
 * or removed. Read {@link demofusion.coordinator.job.settle.JobCompletion} first.
 */
@NullMarked
package demofusion.coordinator.job.settle;

import org.jspecify.annotations.NullMarked;
